package blockkit

// richTextBlock checks the four kinds of element a rich_text block is made of.
func richTextBlock(n node) {
	for _, e := range n.list("elements", 1, 1000, true) {
		switch e.m["type"] {
		case "rich_text_section", "rich_text_quote":
			e.richRun()
		case "rich_text_preformatted":
			for _, leaf := range e.list("elements", 0, 1000, true) {
				if t := leaf.m["type"]; t != "text" && t != "link" {
					leaf.refuse("type %v is not allowed in preformatted text", t)
				}
				leaf.richLeaf()
			}
		case "rich_text_list":
			if e.m["style"] == nil {
				e.refuse("style is missing")
			}
			e.oneOf("style", "bullet", "ordered")
			e.number("indent", 0, 8)
			for _, item := range e.list("elements", 1, 1000, true) {
				if item.m["type"] != "rich_text_section" {
					item.refuse("a list holds rich_text_section only")
					continue
				}
				item.richRun()
			}
		default:
			e.refuse("unknown rich text element %v", e.m["type"])
		}
	}
}

func (n node) richRun() {
	for _, leaf := range n.list("elements", 0, 1000, true) {
		leaf.richLeaf()
	}
}

// richLeaf checks one run of text, mention or date: its required fields and its style.
func (n node) richLeaf() {
	const long = 12_000
	if s, ok := n.object("style", false); ok {
		s.onlyFields("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
		for k, v := range s.m {
			if _, ok := v.(bool); !ok {
				s.refuse("%s is not true or false", k)
			}
		}
	}
	switch n.m["type"] {
	case "text":
		n.text("text", 1, long, true)
	case "link":
		n.text("url", 1, 3000, true)
	case "user":
		n.text("user_id", 1, 50, true)
	case "channel":
		n.text("channel_id", 1, 50, true)
	case "usergroup":
		n.text("usergroup_id", 1, 50, true)
	case "team":
		n.text("team_id", 1, 50, true)
	case "emoji":
		n.text("name", 1, 255, true)
	case "broadcast":
		n.oneOf("range", "here", "channel", "everyone")
	case "color":
		n.text("value", 1, 50, true)
	case "date":
		if _, ok := n.m["timestamp"].(float64); !ok {
			n.refuse("timestamp is missing or not a number")
		}
		n.text("format", 1, 255, true)
	default:
		n.refuse("unknown rich text element %v", n.m["type"])
	}
}
