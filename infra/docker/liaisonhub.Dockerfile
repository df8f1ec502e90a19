# All programs of LiaisonHub, one target each: coordinator, console, adapter-xa, adapter-xb, adapter-xz, cli.
#   docker build -f infra/docker/liaisonhub.Dockerfile --target coordinator -t liaisonhub-coordinator .

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
    publish src/adapters/LiaisonHub.Adapters.XA adapter-xa; \
    publish src/adapters/LiaisonHub.Adapters.XB adapter-xb; \
    publish src/adapters/LiaisonHub.Adapters.XZ adapter-xz; \
    publish src/LiaisonHub.Cli cli

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime
# The invented region for trying out; a real region is mounted in its place.
COPY --from=build /source/contracts/region-demo /contracts/region-demo
COPY --from=build /source/contracts/catalogue /contracts/catalogue
# Owned by the user of the image, so that named volumes made from them are too.
RUN mkdir -p /data /keys/public /keys/private /keys/hub /keys/xa /keys/xb /keys/xz /files/in /files/processed /files/rejected /files/out && chown -R $APP_UID /data /keys /files
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

FROM runtime AS adapter-xa
COPY --from=build /out/adapter-xa /app
ENTRYPOINT ["dotnet", "/app/LiaisonHub.Adapters.XA.dll"]

FROM runtime AS adapter-xb
COPY --from=build /out/adapter-xb /app
ENTRYPOINT ["dotnet", "/app/LiaisonHub.Adapters.XB.dll"]

FROM runtime AS adapter-xz
COPY --from=build /out/adapter-xz /app
ENTRYPOINT ["dotnet", "/app/LiaisonHub.Adapters.XZ.dll"]

FROM runtime AS cli
COPY --from=build /out/cli /app
ENTRYPOINT ["dotnet", "/app/liaisonhub.dll"]
