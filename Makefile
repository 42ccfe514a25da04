# Everything a person or CI runs. The tools are pinned in tools/go.mod; the first `make check` builds them, which
# takes about three minutes.
TOOL := go tool -modfile=tools/go.mod
FUZZTIME ?= 20s

.PHONY: check fmt vet lint fix tidy race test postgres tmpfs image sqlc sqlc-diff imports types browser tour bolt demo bench fuzz

check: fmt vet lint fix tidy race ## before sending a change

fmt:
	@files=$$($(TOOL) gofumpt -l .) && if [ -n "$$files" ]; then echo "not formatted ($(TOOL) gofumpt -w .):"; echo "$$files"; exit 1; fi

vet:
	go vet ./...

lint:
	$(TOOL) golangci-lint run
	cd tools && go tool golangci-lint run ./importcheck

fix: # shows what `go fix ./...` would modernise, and fails if that is anything
	go fix -diff ./...

tidy:
	go mod tidy -diff

# SQLite is C turned into Go, has its own locks and takes ten times as long when each access to memory is watched.
RACE := go test -race -gcflags='modernc.org/...=-race=false' -timeout 20m

race:
	$(RACE) ./...

test:
	go test ./...

postgres: # what needs a PostgreSQL on 127.0.0.1:5432 (AHTBOT_TEST_POSTGRES names another)
	go vet -tags postgres ./...
	tools/suite postgres

image: # the Dockerfile's final image without an engine, run by crun: needs root, buildah, umoci and crun
	go vet -tags image ./cmd/ahtbot
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=image" -o bin/ahtbot ./cmd/ahtbot
	AHTBOT_TEST_BINARY=$(CURDIR)/bin/ahtbot tools/suite image

tmpfs: # what needs a small file system, which root can mount
	go vet -tags tmpfs ./internal/siege
	tools/suite tmpfs

SQLC := cd internal/store/query && CGO_ENABLED=0 go tool -modfile=../../../tools/sqlc/go.mod sqlc

sqlc: # writes internal/store/query/*.go from query.sql; the first run builds sqlc, which takes a minute or two
	$(SQLC) generate

sqlc-diff: # fails if what is committed is not what sqlc writes
	$(SQLC) diff

imports: # the import rules of .golangci.yml, proven by planting every breach
	cd tools && go vet ./importcheck && go test -count=1 -v ./importcheck

types: # manifest.yml and the golden payloads against Slack's published types (npm)
	npm ci --prefix tools/slacktypes --no-audit --no-fund
	node tools/slacktypes/check.mjs

bolt: # an app on Slack's JavaScript SDK in the simulated workspace (npm)
	npm ci --prefix tools/bolt --no-audit --no-fund
	node tools/bolt/check.mjs

# Playwright drives Debian's own Chromium; CHROMIUM=… names another. SCREENSHOTS=folder keeps what the page looked like.
browser: # the demo's page as a person uses it (npm, Chromium): a missing browser is a failure
	npm ci --prefix tools/browser --no-audit --no-fund
	go build -o bin/ahtbot ./cmd/ahtbot
	node --test --test-reporter spec --test-timeout 900000 tools/browser/*.test.mjs

tour: # the pictures of README.md and docs/tour.md, made anew (npm, Chromium, pngquant, a font with emoji): look at each of them
	npm ci --prefix tools/browser --no-audit --no-fund
	go build -o bin/ahtbot ./cmd/ahtbot
	node tools/browser/tour.mjs

demo:
	go run ./cmd/ahtbot demo

# TAGS=postgres measures PostgreSQL too, on 127.0.0.1:5432 or AHTBOT_TEST_POSTGRES.
bench: # about 14 minutes; SHORT=1: two to four, for a look only. docs/performance.md has the last figures
	go test -count=1 -run '^TestFigures' -v ./internal/bench
	go test -run '^$$' -bench '^BenchmarkStore$$' -tags '$(TAGS)' $(if $(SHORT),-benchtime 20x) ./internal/store/sqlite ./internal/store/postgres
	go test -run '^$$' -bench . -timeout 60m $(if $(SHORT),-short) ./internal/bench/...

fuzz: # every Fuzz function of the tree, FUZZTIME each
	tools/fuzz $(FUZZTIME)
