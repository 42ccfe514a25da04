package render

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// text draws a text object, or a string as plain text.
func (d *drawing) text(v any) g.Node {
	o, ok := v.(object)
	switch {
	case ok && o["type"] == "mrkdwn":
		return d.mrkdwn(words(o), o["verbatim"] != true)
	case ok && o["emoji"] == true:
		return plainWithEmoji(words(o))
	default:
		return lines(words(v))
	}
}

// lines is literal text; its line breaks stay.
func lines(s string) g.Group {
	var out g.Group
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			out = append(out, h.Br())
		}
		if line != "" {
			out = append(out, g.Text(line))
		}
	}
	return out
}

// plainWithEmoji is literal text in which :names: of emoji are drawn.
func plainWithEmoji(s string) g.Group {
	var out g.Group
	for s != "" {
		i := strings.IndexByte(s, ':')
		if i < 0 {
			break
		}
		name, ok := emojiName(s[i:])
		if !ok {
			out, s = append(out, lines(s[:i+1])), s[i+1:]
			continue
		}
		out, s = append(out, lines(s[:i]), emoji(name)), s[i+len(name)+2:]
	}
	return append(out, lines(s))
}

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
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_-+'", r)
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
	return signOf(name, sign)
}

func signOf(name, sign string) g.Node {
	return h.Span(h.Class("bk-emoji"), h.Role("img"), h.Aria("label", name), h.Title(":"+name+":"), g.Text(sign))
}
