# carnet alone: one binary, one account without rights.
#
#   docker build -t carnet .

FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock i18n.toml config.toml.example ./
COPY assets assets
COPY benches benches
COPY src src
RUN cargo build --release --locked --bin carnet

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tzdata && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 10001 carnet \
  && install -d -o carnet -g carnet -m 700 /home/carnet/.config /home/carnet/.local /home/carnet/backups
COPY --from=build /src/target/release/carnet /usr/local/bin/carnet
USER carnet
WORKDIR /home/carnet
ENV TERM=xterm-256color LANG=C.UTF-8
ENTRYPOINT ["carnet"]
