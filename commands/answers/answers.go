// Package answers answers what is asked about one campaign or agent: the figure, sharing it, the trend, and the target.
package answers

import "ahtbot/commands/request"

// Handler answers what is asked about one campaign or agent, and keeps targets.
type Handler struct{ *request.Base }
