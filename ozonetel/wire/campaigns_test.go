package wire_test

import (
	"errors"
	"strings"
	"testing"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/wire"
)

// §3.3: rows under message with CampaignName and Position (D), or Campaign and Status (O);
// §1A.6: rows under message, details or data, keys in any case.
func TestEveryShapeOfAList(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":"success","message":[{"CampaignID":"256","CampaignName":"B","UserName":"x","Position":"READY"},{"CampaignName":"A","Position":"RUNNING"}]}`: "A RUNNING, B READY",
		`{"STATUS":"Success","Message":[{"campaignname":"A","position":"READY"}]}`:                                                                             "A READY",
		`{"status":"success","message":[{"Campaign":"A","CampaignType":"Progressive","Status":"STOPPED"}]}`:                                                    "A STOPPED",
		`{"status":"success","message":"success","details":[{"CampaignName":"A"}]}`:                                                                            "A ",
		`{"status":1,"data":{"data":[{"CampaignName":"A"}]}}`:                                                                                                  "A ",
		`{"status":"success","message":{"CampaignName":"A","Position":"READY"}}`:                                                                               "A READY",
		`{"status":"success","CampaignName":"A"}`:                                                                                                              "A ",
		`{"status":"success","message":"[{\"CampaignName\":\"A\"}]"}`:                                                                                          "A ",
		`{"status":"success","message":[{"CampaignName":" A "},{"CampaignName":"A"},{"CampaignName":"a"}]}`:                                                    "A , a ",
		`{"status":"success","message":[{"CampaignName":256},{"CampaignName":""},{"CampaignName":"\u0000"}]}`:                                                  "256 ",
		`{"status":"success","message":[{"CampaignName":"A","Position":"two words"}]}`:                                                                         "A ",
		`{"status":"success","message":[{"CampaignName":"A","campaignname":"B"},{"CampaignName":"C"}]}`:                                                        "C ",
		`{"status":"success","message":[]}`:                                                                                                                    "",
		`{"status":"success","message":"success","details":[]}`:                                                                                                "",
		`{"status":"success","message":"No Data Found"}`:                                                                                                       "",
		`{"status":"success","message":[{"CampaignName":""}]}`:                                                                                                 "no-figure",
		`{"status":"success","message":[{"Name":"A"}]}`:                                                                                                        "no-figure",
		`{"status":"success"}`:                                           "no-figure",
		`{"message":[{"CampaignName":"A"}]}`:                             "no-figure",
		`{"status":"failure","message":[{"CampaignName":"A"}]}`:          "unknown-refusal",
		`{"status":"failure","message":"All parameters are mandatory"}`:  "no-list",
		`{"status":"success","message":"all parameters are mandatory."}`: "no-list",
		`{"status":"failure","message":"no record found"}`:               "no-list",
		`<status>All parameters are mandatory</status>`:                  "not-json",
	} {
		list, err := wire.ReadCampaigns([]byte(body))
		var got []string
		for _, c := range list {
			got = append(got, c.Name+" "+c.Position)
		}
		said := strings.Join(got, ", ")
		if e, ok := errors.AsType[*fault.Error](err); ok {
			said = string(e.Reason)
		}
		if said != want {
			t.Errorf("%s: %q, %v; want %q", body, said, err, want)
		}
	}
}

// FuzzCampaigns: whatever comes, there is no panic, and a list is sorted, without doubles,
// and of names that can be asked for.
func FuzzCampaigns(f *testing.F) {
	for _, s := range []string{
		`{"status":"success","message":[{"CampaignID":"256","CampaignName":"Preview_naw","Position":"READY"}]}`, `{"status":"success","details":[]}`,
		`{"status":"failure","message":"All parameters are mandatory"}`, `[{"status":true,"data":"[{\"Campaign\":7}]"}]`, "", "null",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := wire.ReadCampaigns(body)
		if err != nil && (list != nil || strings.ContainsAny(err.Error(), "\n\r<>\x00")) {
			t.Errorf("%q: %v, %v", body, list, err)
		}
		for i, c := range list {
			target, err := aht.NewTarget(aht.KindCampaign, c.Name)
			if err != nil || target.Name() != c.Name || i > 0 && list[i-1].Name >= c.Name || len(c.Position) > 40 {
				t.Errorf("%q lists %+v", body, list)
			}
		}
	})
}
