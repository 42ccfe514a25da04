# A static binary in an image with nothing else in it: no shell, no package manager, no root.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
# .ci/run takes this very line and runs it, so that the two cannot drift: keep it on one line.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o bin/ahtbot ./cmd/ahtbot
# The final image has no shell to make a folder with, so it is made here and copied with its owner.
RUN mkdir /data

# CA certificates and zone data come with it; nonroot is uid 65532.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /src/bin/ahtbot /ahtbot
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
# The only writable place. A named volume mounted here for the first time takes this folder's owner.
VOLUME /data
# Asks the running process's /readyz over loopback: needs HTTP_ADDR to be on, as it is by default.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 CMD ["/ahtbot", "health"]
ENTRYPOINT ["/ahtbot"]
CMD ["run"]
