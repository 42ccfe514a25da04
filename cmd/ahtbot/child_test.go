package main

import (
	"context"
	"os"

	"ahtbot/bot"
	"ahtbot/commands"
	"ahtbot/internal/store"
)

// childParts are what a child process of a test shares with its siblings: the database, and
// a bot that runs against the simulated Slack. What fails ends the child.
func childParts(ctx context.Context) (store.Store, *bot.Bot) {
	db, err := openStore(ctx, os.Getenv("CHILD_DATABASE"))
	if err != nil {
		panic(err)
	}
	people := new(bot.Directory)
	b, err := bot.New(bot.Config{
		AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: os.Getenv("CHILD_SLACK"), People: people,
		Handler: commands.NewHandler(commands.Config{People: people}),
	})
	if err != nil {
		panic(err)
	}
	go func() { panic(b.Run(ctx)) }()
	return db, b
}
