package reply

import "strings"

// PostFault says why Slack does not take a post to channel, a channel's id or a person's,
// and what to do about it. code is Slack's error word, of an error that only a person can
// mend.
func PostFault(code, channel string) string {
	if channel != "" && strings.Contains("DUW", channel[:1]) {
		return directFault(code)
	}
	switch {
	case code == "not_in_channel":
		return "I am not in that channel, so I can't post there. Invite me with /invite @ahtbot in the channel."
	case code == "channel_not_found":
		return "I can't see that channel: it is private and I am not in it, or it is gone. Invite me with /invite @ahtbot in the channel, or choose another."
	case code == "is_archived":
		return "That channel is archived. Unarchive it, or choose another."
	case code == "restricted_action_thread_locked", code == "restricted_action_non_threadable_channel", code == "restricted_action_thread_only_channel":
		return "That channel's rules about threads don't let me post there. Change the channel's posting permissions, or choose another channel."
	case strings.HasPrefix(code, "restricted_action"):
		return "That channel lets only some people post, and I am not among them. Add ahtbot to the channel's posting permissions, or choose another channel."
	default:
		return appFault(code, "that channel")
	}
}

// directFault is PostFault about a direct message.
func directFault(code string) string {
	switch code {
	case "account_inactive", "user_disabled", "is_inactive", "channel_not_found", "user_not_found", "user_not_visible", "is_archived":
		return "I can't reach that person: the account is deactivated or not of this workspace. Somebody else has to take this over."
	case "messages_tab_disabled":
		return "This app's Messages tab is switched off, so I can't write to anybody directly. Whoever runs ahtbot can switch it on under App Home in the app's settings."
	default:
		return appFault(code, "that person's direct messages")
	}
}

// appFault is PostFault where the place is not at fault.
func appFault(code, where string) string {
	switch code {
	case "missing_scope", "no_permission", "team_access_not_granted", "not_allowed_token_type", "app_access_restricted":
		return "This app may not post in " + where + ": a permission is missing. Whoever runs ahtbot can compare the app's settings with manifest.yml and install it again."
	case "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed":
		return "Slack no longer accepts this app. Whoever runs ahtbot has to install it again."
	case "message_limit_exceeded":
		return "This workspace has used up the messages its plan allows. An owner of the workspace can change the plan."
	case "ekm_access_denied":
		return "The workspace's own encryption settings don't let me post. An owner of the workspace can lift that."
	default:
		return "Slack does not take my posts in " + where + " and calls it " + Short(code) + ". Choose another place, or tell whoever runs ahtbot."
	}
}
