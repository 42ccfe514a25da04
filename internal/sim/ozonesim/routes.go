package ozonesim

import (
	"net/http"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/sim/transport"
)

// The routes of §1B that are played, in lower case.
const (
	routeAHT          = "/ca_apis/aht"
	routeToken        = "/ca_apis/catoken/generatetoken"
	routeTokenReports = "/ca_reports/catoken/generatetoken"
	routeCampaigns    = "/ca_apis/campaignstatus"
	routeAgent        = "/ca_apis/agentdetails"
	routeCDR          = "/ca_reports/fetchcdrdetails"
)

// routeOf compares paths in any case: clients in the wild spell catoken in two ways (§2A).
func routeOf(path string) string { return strings.ToLower(path) }

// nameOf is what the log says of a path: one that is no route may hold anything.
func nameOf(path string) string {
	_, known := otherRoutes[path]
	if known || path == routeAHT || path == routeToken || path == routeTokenReports {
		return path
	}
	return "unknown"
}

// otherRoute is one of the routes beside AHT and generateToken.
type otherRoute struct {
	method  string
	limit   int    // requests a minute; 0 is not stated
	refusal string // text of a limit refusal
	noUser  answer // without a userName
	badUser answer // with another account's
	answer  func(*Server, map[string]string, *question) answer
}

var otherRoutes = map[string]otherRoute{
	routeCampaigns: {
		method:  http.MethodGet,
		noUser:  campaignsFailed("All parameters are mandatory"),
		badUser: campaignsFailed("no record found"),
		answer:  (*Server).campaignStatus,
	},
	routeAgent: {
		method: http.MethodPost, limit: 10, refusal: "Max limit exceeded",
		noUser:  failed("userName should not be empty"),
		badUser: failed("userName or apiKey is Invalid"),
		answer:  (*Server).agentDetails,
	},
	routeCDR: cdrRoute,
}

// serveOther answers the other routes, minimally: of them the client needs campaignStatus
// alone; tests that check AHT against the calls and the people need the others.
func (s *Server) serveOther(q *question) {
	route, ok := otherRoutes[q.path]
	if !ok {
		q.plainStatus(http.StatusNotFound)
		return
	}
	q.quirks, _ = s.quirksOf(q.path)
	if !s.Pause(q.r, s.cfg.Latency) {
		transport.HangUp(q.w)
		return
	}
	fields, readable := fieldsOf(q.body)
	switch refusal := s.authorise(q.r, q.quirks); {
	case q.r.Method != route.method:
		q.plainStatus(http.StatusMethodNotAllowed)
	case !s.takeMinute(q, route.limit):
		q.send(overLimit(route.refusal))
	case refusal != nil:
		q.send(*refusal)
	case !readable:
		q.send(unreadable())
	case fields["userName"] == "":
		q.send(route.noUser)
	case fields["userName"] != s.cfg.Username:
		q.send(route.badUser)
	default:
		q.send(route.answer(s, fields, q))
	}
}

// takeMinute takes room in the minute of a route.
func (s *Server) takeMinute(q *question, limit int) bool {
	if limit == 0 {
		return true
	}
	if q.quirks.has(quirk.LimitShared) && limit == 2 {
		limit = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.routes[q.path]
	if w == nil {
		w = &window{span: time.Minute}
		s.routes[q.path] = w
	}
	return w.take(time.Now(), limit)
}

func campaignsFailed(text string) answer {
	return answer{http.StatusOK, object{{"status", "failure"}, {"message", text}}, failure}
}

// campaignStatus is §3.3.
func (s *Server) campaignStatus(fields map[string]string, q *question) answer {
	form := ""
	if q.quirks.has(quirk.CampaignFilter) {
		form = q.quirks.form(quirk.CampaignFilter)
	}
	name := fields["campaignName"]
	if form == "mandatory" && name == "" {
		return campaignsFailed("All parameters are mandatory")
	}
	rows := []object{}
	for _, c := range s.floor.Campaigns {
		if form == "exact" && c.Name != name || form == "outbound" && c.Inbound() {
			continue
		}
		rows = append(rows, object{
			{"CampaignID", c.ID}, {"CampaignName", c.Name}, {"UserName", s.cfg.Username}, {"Position", c.Position},
		})
	}
	if len(rows) == 0 {
		return campaignsFailed("no record found")
	}
	return succeeded(object{{"status", "success"}, {"message", rows}})
}

// agentDetails is §3.4: one agent, with what the floor says they are doing now.
func (s *Server) agentDetails(fields map[string]string, q *question) answer {
	id := fields["agentId"]
	if id == "" {
		return failed("agentId should not be empty")
	}
	i, known := s.floor.Find(aht.KindAgent, id, q.quirks.matching())
	if !known {
		return failed("agentId is Invalid")
	}
	a := s.floor.Agents[i]
	row := object{{"AgentId", a.ID}, {"AgentName", a.Name}, {"AgentState", s.floor.StateOf(i, s.floorNow())}}
	return succeeded(object{{"status", "success"}, {"message", []object{row}}})
}
