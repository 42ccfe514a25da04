package wire_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/wire"
)

const documented = `{"status":"success","message":{"CampaignID":"256","CampaignName":"Sales Outbound","AHT":"00:02:37"}}`

// FuzzDecode: whatever comes, there is no panic, and a success has a mean that is a whole
// number of seconds between nothing and a thousand hours.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		documented, `{"status":"error","message":"agentId is Invalid"}`, `{"status":1,"AHT":1e9}`, `[{"status":"success","data":[]}]`,
		`"{\"status\":\"success\",\"message\":\"AHT: 5:00\"}"`, "\xef\xbb\xbf{}", `{""status"": ""success"", ""AHT"": ""5:00""}`,
		`warning {"status":true,"details":{"AHT":-1}}`, `{"status":"success","message":{"AHT":"9999999:00:00"}}`, strings.Repeat("[", 50), "null", "",
		`{"status":"success","status":"success","message":"[{\"AHT\":0.4}]"}`,
	} {
		f.Add([]byte(s))
	}
	about, err := aht.NewTarget(aht.KindCampaign, "Sales Outbound")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		mean, err := wire.ReadAHT(body, about)
		if err == nil && (mean < 0 || mean > 1000*time.Hour || mean%time.Second != 0) {
			t.Errorf("%q read as %v", body, mean)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r<>\x00") {
			t.Errorf("%q makes the log line %q", body, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	about, err := aht.NewTarget(aht.KindCampaign, "Sales Outbound")
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(documented)
	b.ReportAllocs()
	for b.Loop() {
		if mean, err := wire.ReadAHT(body, about); err != nil || mean != 157*time.Second {
			b.Fatal(mean, err)
		}
	}
}
