package bench

import (
	"context"
	"log"
	"os"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// playPlain is a Socket Mode bot as slack-go's own examples write it, with none of our
// features: an empty acknowledgement, then a fixed answer by response_url. It is what
// somebody would otherwise run, and the upper mark for our CPU.
func playPlain(ctx context.Context) error {
	api := slack.New(os.Getenv("SLACK_BOT_TOKEN"),
		slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")), slack.OptionAPIURL(os.Getenv("SLACK_API_URL")))
	client := socketmode.New(api)
	go func() {
		for evt := range client.Events {
			cmd, ok := evt.Data.(slack.SlashCommand)
			if !ok {
				continue
			}
			if err := client.Ack(*evt.Request); err != nil {
				log.Print(err)
				continue
			}
			go func() {
				msg := &slack.WebhookMessage{ResponseType: slack.ResponseTypeEphemeral, Text: "AHT for agent 42: 4m 32s"}
				if err := slack.PostWebhookContext(ctx, cmd.ResponseURL, msg); err != nil {
					log.Print(err)
				}
			}()
		}
	}()
	return client.RunContext(ctx)
}
