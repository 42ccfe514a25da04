package render

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// emojis are some of those with names of Slack's that apps write most. Another is shown by its name.
var emojis = map[string]string{
	"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "wave": "👋", "clap": "👏", "pray": "🙏", "muscle": "💪", "ok_hand": "👌",
	"raised_hands": "🙌", "point_right": "👉", "point_left": "👈", "point_up": "☝️", "point_down": "👇", "eyes": "👀",
	"smile": "😄", "smiley": "😃", "slightly_smiling_face": "🙂", "grinning": "😀", "joy": "😂", "wink": "😉", "thinking_face": "🤔",
	"cry": "😢", "sweat_smile": "😅", "heart": "❤️", "fire": "🔥", "tada": "🎉", "rocket": "🚀", "sparkles": "✨", "star": "⭐", "zap": "⚡",
	"white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌", "warning": "⚠️", "no_entry": "⛔",
	"no_entry_sign": "🚫", "rotating_light": "🚨", "exclamation": "❗", "question": "❓", "bulb": "💡", "bell": "🔔", "no_bell": "🔕", "mute": "🔇",
	"red_circle": "🔴", "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "large_green_circle": "🟢", "large_blue_circle": "🔵",
	"white_circle": "⚪", "black_circle": "⚫", "arrow_up": "⬆️", "arrow_down": "⬇️", "arrow_right": "➡️", "arrow_left": "⬅️",
	"arrows_counterclockwise": "🔄", "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "bar_chart": "📊", "clipboard": "📋",
	"calendar": "📆", "date": "📅", "alarm_clock": "⏰", "hourglass": "⌛", "stopwatch": "⏱️", "phone": "☎️", "telephone_receiver": "📞",
	"headphones": "🎧", "email": "✉️", "memo": "📝", "pushpin": "📌", "lock": "🔒", "key": "🔑", "mag": "🔍", "gear": "⚙️", "wrench": "🔧",
	"100": "💯", "link": "🔗", "house": "🏠", "robot_face": "🤖", "coffee": "☕", "sunny": "☀️", "zzz": "💤", "heavy_plus_sign": "➕", "heavy_minus_sign": "➖",
}

// emojiName reads :name: at the beginning of s.
func emojiName(s string) (name string, ok bool) {
	if !strings.HasPrefix(s, ":") {
		return "", false
	}
	end := strings.IndexFunc(s[1:], func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '+' || r == '\'')
	})
	if end < 1 || s[1+end] != ':' {
		return "", false
	}
	name = s[1 : 1+end]
	// A time such as 10:30:00 is no emoji: of digits alone there is only :100:.
	return name, strings.Trim(name, "0123456789") != "" || name == "100"
}

// emoji draws one by its name.
func emoji(name string) g.Node {
	sign, known := emojis[name]
	if !known {
		return h.Span(h.Class("bk-emoji"), g.Text(":"+name+":"))
	}
	return h.Span(h.Class("bk-emoji"), h.Role("img"), h.Aria("label", name), h.TitleAttr(":"+name+":"), g.Text(sign))
}
