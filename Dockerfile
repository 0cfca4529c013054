# syntax=docker/dockerfile:1

# Build: Rust, a C compiler, perl and make (the bundled SQLite, libpq and OpenSSL need them).
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --release --locked

# Run: the binary alone. It carries its migrations, code tables, documentation and time zones.
FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 xinmiao \
 && useradd --system --uid 10001 --gid xinmiao --home-dir /var/lib/xinmiao --shell /usr/sbin/nologin xinmiao \
 && install -d -o xinmiao -g xinmiao -m 0700 /var/lib/xinmiao
COPY --from=build /source/target/release/xinmiao /usr/local/bin/xinmiao

USER xinmiao
WORKDIR /var/lib/xinmiao
# Inside a container the port is published on purpose, so the service listens on every interface of it.
ENV XINMIAO_LISTEN=0.0.0.0:8080 \
    DATABASE_URL=sqlite:///var/lib/xinmiao/xinmiao.db
VOLUME /var/lib/xinmiao
EXPOSE 8080
STOPSIGNAL SIGTERM

# Asks /readyz, which knows the database, through bash's own TCP: the image has no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.1\\r\\nHost: 127.0.0.1:8080\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && test \"$status\" = 200"]

ENTRYPOINT ["xinmiao"]
CMD ["serve"]
