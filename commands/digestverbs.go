package commands

// digests is the language of /aht digest.
func digests() standing {
	return standing{
		noun: nounDigest, article: "a digest", fault: FaultDigest, list: ListDigests{}, try: digestTry,
		verbs: []string{"add", "list", "show", "edit", "pause", "resume", "run", "send", "remove", "restore"},
		meant: map[string]string{
			"new": "add", "create": "add", "make": "add", "schedule": "add", "set": "add",
			"delete": "remove", "del": "remove", "rm": "remove", "drop": "remove", "cancel": "remove", "stop": "pause",
			"change": "edit", "update": "edit", "modify": "edit", "undo": "restore", "undelete": "restore",
			"start": "resume", "unpause": "resume", "continue": "resume", "hold": "pause", "ls": "list", "all": "list",
			"info": "show", "view": "show", "get": "show", "post": "send", "preview": "run", "try": "run", "test": "run",
		},
		read: readDigest,
	}
}

// readDigest reads a line whose first word is a verb of digests.
func readDigest(verb, line string, words []word) (Command, *wrong) {
	r := &reader{line: line, words: words, at: 1, begins: func(int) bool { return false }}
	switch verb {
	case "add":
		draft, err := newDigestLine(line, words, 1).parse(false)
		return AddDigest{draft}, err
	case "list":
		all, err := r.takeList()
		return ListDigests{all}, err
	}
	if verb == "pause" || verb == "resume" || verb == "remove" || verb == "restore" {
		return readDigests(r, verb)
	}
	id, err := r.takeNumber(aDigest, verb)
	if err != nil {
		return nil, err
	}
	if verb == "edit" {
		draft, err := newDigestLine(line, words, r.at).parse(true)
		return EditDigest{id, draft}, err
	}
	if err := r.close(); err != nil {
		return nil, err
	}
	switch verb {
	case "show":
		return ShowDigest{id}, nil
	case "run":
		return RunDigest{id}, nil
	default:
		return SendDigest{id}, nil
	}
}

// readDigests reads a line that may be about several digests.
func readDigests(r *reader, verb string) (Command, *wrong) {
	ids, every, err := r.takeNumbers(aDigest, verb)
	if err != nil {
		return nil, err
	}
	c := Several{Noun: nounDigest, Verb: verb, IDs: ids, All: every}
	if verb == "pause" && r.skip("until") {
		if c.Until, err = r.takeDate(); err != nil {
			return nil, err
		}
	}
	return digestOrSeveral(c), r.close()
}

// digestOrSeveral is c, or the command about the one digest that it is about.
func digestOrSeveral(c Several) Command {
	id, alone := c.alone()
	if !alone {
		return c
	}
	switch c.Verb {
	case "pause":
		return PauseDigest{id, c.Until}
	case "resume":
		return ResumeDigest{id}
	case "remove":
		return RemoveDigest{id}
	default:
		return RestoreDigest{id}
	}
}
