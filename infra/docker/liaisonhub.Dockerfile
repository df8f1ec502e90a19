# All programs of LiaisonHub, one target each: coordinator, console, adapter (of the state STATE), cli.
#   docker build -f infra/docker/liaisonhub.Dockerfile --target coordinator -t liaisonhub-coordinator .
#   docker build -f infra/docker/liaisonhub.Dockerfile --target adapter --build-arg STATE=XB -t liaisonhub-adapter-xb .

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY . .
# Restored from the lock files; warnings are errors here as well.
RUN --mount=type=cache,target=/root/.nuget/packages \
    set -e; \
    publish() { dotnet publish "$1" -c Release -o "/out/$2"; }; \
    publish src/LiaisonHub.Coordinator coordinator; \
    publish src/LiaisonHub.OperatorConsole console; \
    for adapter in src/adapters/LiaisonHub.Adapters.*; do publish $adapter adapter-${adapter##*.}; done; \
    publish src/LiaisonHub.Cli cli

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime
# The invented region for trying out; a real region is mounted in its place.
COPY --from=build /source/contracts/region-demo /contracts/region-demo
COPY --from=build /source/contracts/catalogue /contracts/catalogue
# Owned by the user of the image, so that named volumes made from them are too.
RUN mkdir -p /data /keys/public /keys/private /keys/hub && cd /keys && mkdir xa xb xc xd xe xf xz && mkdir -p /files && cd /files && mkdir in processed rejected out mails papers incoming outgoing && chown -R $APP_UID /data /keys /files
ENV DOTNET_EnableDiagnostics=0 MASSTRANSIT_USAGE_TELEMETRY=false
WORKDIR /data
USER $APP_UID

FROM runtime AS coordinator
COPY --from=build /out/coordinator /app
ENTRYPOINT ["dotnet", "/app/LiaisonHub.Coordinator.dll"]

FROM runtime AS console
COPY --from=build /out/console /app
EXPOSE 5080
ENTRYPOINT ["dotnet", "/app/LiaisonHub.OperatorConsole.dll"]

FROM runtime AS adapter
ARG STATE
ENV STATE=$STATE
COPY --from=build /out/adapter-$STATE /app
ENTRYPOINT ["sh", "-c", "exec dotnet /app/LiaisonHub.Adapters.$STATE.dll \"$@\"", "adapter"]

FROM runtime AS cli
COPY --from=build /out/cli /app
ENTRYPOINT ["dotnet", "/app/liaisonhub.dll"]
