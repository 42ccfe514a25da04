// Package floorpanel lets somebody at the page see the simulated contact centre and its Ozonetel account, change how work goes there,
// and make trouble for the app. It changes the simulators alone, as tests do: the app learns of nothing by any other way than
// its own requests.
package floorpanel

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/floor"
	"ahtbot/internal/sim/slacksim"
)

// Panel is a floor and who may ask about it. Make it with [New].
type Panel struct {
	account   *ozonesim.Server
	workspace *slacksim.Workspace
	began     time.Time
}

// New returns the panel of an account, and of the workspace whose connections trouble can be made for.
func New(account *ozonesim.Server, workspace *slacksim.Workspace) *Panel {
	return &Panel{account: account, workspace: workspace, began: time.Now()}
}

// Mount adds to a page's handlers: GET /floor is how things stand, and POST /floor a [change], which answers how they stand then. Who
// may ask is the page's to say.
func (p *Panel) Mount(page interface{ Handle(string, http.Handler) }) {
	page.Handle("GET /floor", http.HandlerFunc(p.serveFloor))
	page.Handle("POST /floor", http.HandlerFunc(p.serveChange))
}

// standing is how things stand. Times are milliseconds; AHT is in seconds, zero for no calls.
type standing struct {
	Began       int64     `json:"began"` // tells one run of the demo from another
	Speed       int       `json:"speed"`
	Clock       string    `json:"clock"` // the floor's own, in India
	Slowest     float64   `json:"slowest"`
	Fastest     float64   `json:"fastest"`
	Campaigns   []figure  `json:"campaigns"`
	Agents      []figure  `json:"agents"`
	Requests    []request `json:"requests"` // of the last 60 s, oldest first
	Limit       int       `json:"limit"`    // AHT requests a minute
	Tokens      int       `json:"tokens"`   // of the last hour
	MostTokens  int       `json:"mostTokens"`
	Connections int       `json:"connections"` // of the app, to Slack
	Troubles    []shown   `json:"troubles"`
}

type figure struct {
	ID     string  `json:"id"` // an agent's id, a campaign's name
	Name   string  `json:"name,omitempty"`
	AHT    int     `json:"aht"`
	Calls  int     `json:"calls"`
	Factor float64 `json:"factor,omitempty"` // on handling times, of a campaign
	Idle   bool    `json:"idle,omitempty"`
}

type request struct {
	Ago     int64  `json:"ago"`
	Kind    string `json:"kind"`
	Refused bool   `json:"refused,omitempty"` // for the limit
}

// shown is a trouble as the page shows it.
type shown struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	About string `json:"about"`
	Once  bool   `json:"once"` // it happens and is over
	On    bool   `json:"on"`
}

func (p *Panel) serveFloor(rw http.ResponseWriter, _ *http.Request) {
	answer(rw, http.StatusOK, p.standing(time.Now()))
}

func (p *Panel) standing(now time.Time) standing {
	traffic := p.account.Traffic()
	s := standing{
		Began: p.began.UnixMilli(), Speed: p.account.Speed(), Clock: p.account.FloorTime(now).In(floor.IST).Format("Mon 15:04:05"),
		Slowest: floor.LongestFactor, Fastest: floor.ShortestFactor,
		Requests: []request{}, Limit: traffic.Limit, Tokens: traffic.Tokens, MostTokens: ozonesim.TokensPerHour,
		Connections: p.workspace.Connections(), Troubles: troublesNow(traffic.Quirks),
	}
	for _, f := range p.account.Figures(now) {
		one := figure{ID: f.ID, Name: f.Name, AHT: int(f.Mean / time.Second), Calls: f.Calls}
		if f.Kind == aht.KindAgent {
			s.Agents = append(s.Agents, one)
			continue
		}
		one.Factor, one.Idle = f.Pace.Factor, f.Pace.Idle
		if one.Factor == 0 {
			one.Factor = 1
		}
		s.Campaigns = append(s.Campaigns, one)
	}
	for _, a := range traffic.Requests {
		s.Requests = append(s.Requests, request{Ago: max(0, now.Sub(a.At).Milliseconds()), Kind: a.Kind, Refused: a.Refused})
	}
	return s
}

// change is what somebody wants otherwise.
type change struct {
	Do       string  `json:"do"`    // speed, pace or trouble
	Speed    int     `json:"speed"` // how many times as fast the floor's clock runs
	Campaign string  `json:"campaign"`
	Factor   float64 `json:"factor"` // on its handling times
	Idle     bool    `json:"idle"`
	Trouble  string  `json:"trouble"` // its id
	On       bool    `json:"on"`
}

func (p *Panel) serveChange(rw http.ResponseWriter, r *http.Request) {
	var c change
	err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<16)).Decode(&c)
	if err != nil {
		refuse(rw, http.StatusBadRequest, "The page sent something that can't be read. Reload it.")
		return
	}
	if err := p.do(c); err != nil {
		refuse(rw, http.StatusConflict, err.Error())
		return
	}
	p.serveFloor(rw, r)
}

// do makes a change. Its error is for the person at the page.
func (p *Panel) do(c change) error {
	switch c.Do {
	case "speed":
		if p.account.SetSpeed(c.Speed) != nil {
			return fmt.Errorf("the floor can run 1 to %d times as fast. Choose 1, 10 or 60", ozonesim.FastestFloor)
		}
	case "pace":
		if p.account.SetPace(c.Campaign, floor.Pace{Factor: c.Factor, Idle: c.Idle}) != nil {
			return fmt.Errorf("a campaign of the floor can take %v to %v times as long. Choose one on the panel", floor.ShortestFactor, floor.LongestFactor)
		}
	case "trouble":
		return p.trouble(c.Trouble, c.On)
	default:
		return errors.New("the page asked for something that can't be done here. Reload it")
	}
	return nil
}

func answer(rw http.ResponseWriter, status int, what any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(what) // the browser may be gone
}

// refuse answers with words for the person at the page.
func refuse(rw http.ResponseWriter, status int, words string) {
	answer(rw, status, map[string]string{"error": words})
}
