package settings

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// environment is the settings as they are written. Its tags are the manual: ahtbot run -h
// prints them. All fields are text, because envconfig stops at the first fault and quotes
// bad values; settings below turns them into values and reports every fault at once.
type environment struct {
	SlackAppToken     string `envconfig:"SLACK_APP_TOKEN" desc:"Slack's app-level token, xapp-…, with the scope connections:write. Required."`
	SlackAppTokenFile string `envconfig:"SLACK_APP_TOKEN_FILE" desc:"File that holds SLACK_APP_TOKEN, instead of it."`
	SlackBotToken     string `envconfig:"SLACK_BOT_TOKEN" desc:"Slack's bot token, xoxb-…. Required."`
	SlackBotTokenFile string `envconfig:"SLACK_BOT_TOKEN_FILE" desc:"File that holds SLACK_BOT_TOKEN, instead of it."`
	SlackAPIURL       string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/" desc:"Slack's Web API. Plain http is for this machine only."`
	SlackConnections  string `envconfig:"SLACK_CONNECTIONS" default:"2" desc:"Socket Mode connections of this process, 1 to 4. With two, the loss of one leaves no gap; all processes of the app together may have ten."`

	APIKey     string `envconfig:"OZONETEL_API_KEY" desc:"API key of the CloudAgent account. Required."`
	APIKeyFile string `envconfig:"OZONETEL_API_KEY_FILE" desc:"File that holds OZONETEL_API_KEY, instead of it."`
	Username   string `envconfig:"OZONETEL_USERNAME" desc:"User name of the CloudAgent account. Required."`
	Region     string `envconfig:"OZONETEL_REGION" default:"domestic" desc:"domestic (India) or international."`
	BaseURL    string `envconfig:"OZONETEL_BASE_URL" desc:"Address of the API, for partners; by OZONETEL_REGION when empty."`
	Auth       string `envconfig:"OZONETEL_AUTH" default:"token" desc:"token or basic, as the account's setting API Authentication says."`
	Method     string `envconfig:"OZONETEL_METHOD" default:"GET" desc:"GET as documented, or POST for accounts that still answer the older form."`
	PerMinute  string `envconfig:"OZONETEL_REQUESTS_PER_MINUTE" default:"50" desc:"Requests a minute the account allows; lower it when something else shares the key."`

	Proxy     string `envconfig:"HTTPS_PROXY" desc:"Proxy for everything but this machine, as http://USER:PASSWORD@HOST:PORT; https and socks5 work too. Directly when empty. https_proxy is read as well."`
	ProxyFile string `envconfig:"HTTPS_PROXY_FILE" desc:"File that holds HTTPS_PROXY, instead of it: it may hold a password."`
	NoProxy   string `envconfig:"NO_PROXY" desc:"Hosts, domains and networks to reach without the proxy, comma-separated. no_proxy is read as well."`
	CertFile  string `envconfig:"SSL_CERT_FILE" desc:"File of certificate authorities to trust (PEM), for a proxy that reads along. The system's own when empty."`

	MaxAge       string `envconfig:"READING_MAX_AGE" default:"60s" desc:"How old a reading may be and still answer without a new request; 0s always asks."`
	Retention    string `envconfig:"READING_RETENTION" default:"9600h" desc:"How long readings are kept: 400 days."`
	DatabaseURL  string `envconfig:"DATABASE_URL" desc:"Where readings, the ledger of requests and the sign-in are kept: sqlite://FILE, or postgres://USER@HOST/DATABASE for several processes. sqlite://ahtbot.db when empty."`
	DatabaseFile string `envconfig:"DATABASE_URL_FILE" desc:"File that holds DATABASE_URL, instead of it: it may hold a password."`
	Timezone     string `envconfig:"TIMEZONE" desc:"IANA zone in which times are written. Asia/Kolkata for domestic, UTC otherwise."`
	Admins       string `envconfig:"ADMINS" desc:"Slack ids of people (U…) and user groups (S…), comma-separated: they may always ask for one person's AHT, change what others made, and are told what concerns the whole account."`
	PollInterval string `envconfig:"POLL_INTERVAL" default:"5m" desc:"How often the campaigns of alerts and digests are read, 1s to 15m; slower when there are many. Under a minute is for a trial against a simulator."`
	WorkingWeek  string `envconfig:"WORKING_WEEK" desc:"The days that weekdays means in a digest, as mon-sat. mon-sat for domestic, mon-fri otherwise."`
	Holidays     string `envconfig:"HOLIDAYS" desc:"Files of holidays, comma-separated; a line is 2026-12-25 Christmas. The file in.txt is the calendar in. Digests that say except holidays pass over them."`
	AgentReaders string `envconfig:"AGENT_READERS" default:"everyone" desc:"Who may ask for one person's AHT: everyone, admins, or a list of ids. Guests and people of other workspaces never may."`
	OwnFigure    string `envconfig:"OWN_FIGURE" default:"on" desc:"on: one's own AHT may be asked for whatever AGENT_READERS says, once an admin or one's e-mail address in Slack has said which agent one is. off: AGENT_READERS holds for that, too."`
	HTTPAddr     string `envconfig:"HTTP_ADDR" default:"127.0.0.1:8080" desc:"Where /healthz, /readyz and /metrics are served; set to nothing it is off."`
	LogLevel     string `envconfig:"LOG_LEVEL" default:"info" desc:"debug, info, warn or error."`
	LogFormat    string `envconfig:"LOG_FORMAT" desc:"text or json; text on a terminal and json elsewhere when empty."`
}

// applyDefaults fills what is empty, which counts as unset; HTTP_ADDR alone means
// something when it is set to nothing, and envconfig has dealt with it.
func applyDefaults(env *environment) {
	v := reflect.ValueOf(env).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if tag.Get("envconfig") != "HTTP_ADDR" && strings.TrimSpace(v.Field(i).String()) == "" {
			v.Field(i).SetString(tag.Get("default"))
		}
	}
}

// Manual prints every setting, from the tags of environment. envconfig's own Usagef would
// do it with a template, and a program that holds templates keeps every method of every
// type it links, 4 MB of them (.ci/run looks).
func Manual(w io.Writer) {
	fmt.Fprintln(w, "Usage: ahtbot run\n\nConnects to Slack and serves until it is told to stop. Settings are environment variables:")
	for field := range reflect.TypeFor[environment]().Fields() {
		fmt.Fprintf(w, "\n%s", field.Tag.Get("envconfig"))
		if value := field.Tag.Get("default"); value != "" {
			fmt.Fprintf(w, " (default %s)", value)
		}
		fmt.Fprintf(w, "\n    %s", field.Tag.Get("desc"))
	}
	fmt.Fprintln(w)
}
