#!/usr/bin/env bash
# Installs what the tests need, builds everything, runs all tests. The last line is the total: "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: infra/test.sh [--unit] [--no-install] [--filter TEXT]

  --unit         only the tests that need no server and no browser; installs nothing
  --no-install   use what the machine has, install nothing
  --filter TEXT   only the tests whose full name contains TEXT, for example --filter Casework

On Debian and Ubuntu, as root or with sudo, it installs RabbitMQ, PostgreSQL, Dovecot, an SSH server, Chromium, Saxon and three Python packages where they are missing, without starting
them as services; elsewhere it says what to install. The tests start servers of their own on free ports and stop them. A server that is there already can be named instead: LIAISONHUB_TEST_RABBITMQ with
LIAISONHUB_TEST_RABBITMQ_MANAGEMENT, and LIAISONHUB_TEST_POSTGRES. What is missing skips its tests, and fails them where CI is set.

Up to five failed tests are run twice more by themselves. One that passes both times counts as passed, and is named as unsteady at the end.
TEXT
}

say() { printf '\n== %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

unit=false install=true filter=''
while [ $# -gt 0 ]; do
  case $1 in
    --unit) unit=true install=false ;;
    --no-install) install=false ;;
    --filter) [ $# -ge 2 ] || die '--filter needs a text.'; filter=$2; shift ;;
    --filter=*) filter=${1#*=} ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "Unknown option '$1'." ;;
  esac
  shift
done

# Accounts without a home exist in containers; the SDK and the browser need one.
if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-/nonexistent}" ]; then
  HOME=$(mktemp -d)
  export HOME
fi
# A program that is tested lives for seconds: what would be gathered to make it faster later costs nearly half of the run, and nobody harvests it.
export DOTNET_TieredPGO=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MASSTRANSIT_USAGE_TELEMETRY=false

command -v dotnet >/dev/null || die 'The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0'
dotnet --version >/dev/null || die "No SDK that fits global.json: install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0"

# ---- What the tests need -------------------------------------------------------------------------------------------------------------------------------

has_browser() {
  local name
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

has_python() { [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import $1" 2>/dev/null; }

missing() {
  [ -n "${LIAISONHUB_TEST_RABBITMQ:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server
  [ -n "${LIAISONHUB_TEST_POSTGRES:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  has_browser || echo chromium-headless-shell
  has_python pika || echo python3-pika
  has_python jwcrypto || echo python3-jwcrypto
  command -v xmllint >/dev/null || echo libxml2-utils
  [ -e /usr/share/java/Saxon-HE.jar ] || echo libsaxonhe-java
  command -v java >/dev/null || echo default-jre-headless
  [ -x /usr/sbin/dovecot ] || echo dovecot-imapd
  [ -x /usr/sbin/sshd ] || echo openssh-server
  has_python aiosmtpd || echo python3-aiosmtpd
}

# Packages of servers start them on installation unless a policy says no. Ours exists only meanwhile.
policy=/usr/sbin/policy-rc.d
own_policy=false
root=()
format=''
remove_policy() {
  if $own_policy; then
    "${root[@]}" rm -f "$policy"
    own_policy=false
  fi
}
leave() {
  remove_policy
  [ -z "$format" ] || kill "$format" 2>/dev/null || true
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

install_packages() {
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
  else
    root=(env DEBIAN_FRONTEND=noninteractive)
  fi
  say "Installing $*"
  if [ ! -e "$policy" ]; then
    own_policy=true
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
  fi
  # Another installation may be running; wait for it.
  "${root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update || true
  local result=0
  "${root[@]}" apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >/dev/null || result=$?
  remove_policy
  return $result
}

if ! $unit; then
  mapfile -t needed < <(missing)
  # The whole browser does as well, but takes twice the time.
  has_browser && ! command -v chromium-headless-shell >/dev/null && apt-cache show chromium-headless-shell >/dev/null 2>&1 && needed+=(chromium-headless-shell)
  if [ ${#needed[@]} -gt 0 ] && $install && command -v apt-get >/dev/null; then
    install_packages "${needed[@]}" || true
    mapfile -t needed < <(missing)
  fi
  if [ ${#needed[@]} -gt 0 ]; then
    say 'Missing; the tests that need it are skipped, or fail where CI is set'
    for package in "${needed[@]}"; do
      case $package in
        rabbitmq-server) what='RabbitMQ 3.10 or later with its management plugin; or a Docker engine; or LIAISONHUB_TEST_RABBITMQ and LIAISONHUB_TEST_RABBITMQ_MANAGEMENT' ;;
        postgresql) what='PostgreSQL 13 or later; or a Docker engine; or LIAISONHUB_TEST_POSTGRES' ;;
        chromium-headless-shell) what='Chromium (its headless shell is enough) or Google Chrome' ;;
        python3-pika) what="the AMQP client 'pika' for /usr/bin/python3" ;;
        python3-jwcrypto) what="the JOSE library 'jwcrypto' for /usr/bin/python3" ;;
        libxml2-utils) what="'xmllint'" ;;
        libsaxonhe-java) what='the XSLT processor Saxon-HE (/usr/share/java/Saxon-HE.jar)' ;;
        default-jre-headless) what='a Java runtime, for Saxon' ;;
        dovecot-imapd) what='the mail server Dovecot 2.3' ;;
        openssh-server) what='an SSH server' ;;
        python3-aiosmtpd) what="the mail server library 'aiosmtpd' for /usr/bin/python3" ;;
      esac
      printf '  %-18s %s\n' "$package" "$what"
    done
    if command -v apt-get >/dev/null; then
      printf '  As root: apt-get install %s\n' "${needed[*]}"
    fi
  fi
fi

# ---- Build ---------------------------------------------------------------------------------------------------------------------------------------------

artifacts=${ArtifactsPath:-$PWD/artifacts}
results=$artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

if $unit; then
  target=tests/LiaisonHub.Tests
  projects=(LiaisonHub.Tests)
else
  target=LiaisonHub.sln
  projects=(LiaisonHub.Tests LiaisonHub.IntegrationTests)
fi

say 'Restoring the packages of the lock files'
dotnet restore "$target" --locked-mode -v quiet

say 'Building, warnings are errors'
dotnet build "$target" --no-restore -v quiet

# The look at the format takes a minute of one core: it goes beside the first tests, and says what it found before the last line.
if [ -n "${CI:-}" ] && ! $unit; then
  dotnet format "$target" --no-restore --verify-no-changes >"$results/format.log" 2>&1 &
  format=$!
fi

# ---- Test ----------------------------------------------------------------------------------------------------------------------------------------------

status=0
ended=()
for project in "${projects[@]}"; do
  say "Testing $project"
  arguments=(-noLogo -result-trx "$results/$project.trx")
  [ -z "$filter" ] || arguments+=(-method "*$filter*")
  dotnet "$artifacts/bin/$project/debug/$project.dll" "${arguments[@]}" || status=1
  [ -s "$results/$project.trx" ] || ended+=("$project")
done

# <Counters total="5" executed="4" passed="3" failed="1" error="0" timeout="0" aborted="0" .../>: what was not executed was skipped.
count() {
  cat "$@" 2>/dev/null | tr '\n' ' ' | grep -o '<Counters [^>]*>' | awk '
    function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    { all += count("total"); passed += count("passed"); failed += count("failed") + count("error") + count("timeout") + count("aborted"); skipped += count("total") - count("executed") }
    END { print passed + 0, failed + 0, skipped + 0, all + 0 }' || true
}

# The failed results of a project, one "Namespace.Class.Method" each.
failed_methods() { grep -ohE '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$results/$1.trx" 2>/dev/null | sed -E 's/.* testName="//; s/[("].*//' || true; }

read -r passed failed skipped all <<<"$(count "$results"/*.trx)"

# A test against real servers can fail by the machine and not by the product. A few that failed are tried twice more, by themselves; who passes both times counts as passed and is named as unsteady.
unsteady=()
if [ "$failed" -gt 0 ] && [ "$failed" -le 5 ]; then
  mkdir -p "$results/again"
  for project in "${projects[@]}"; do
    while read -r times method; do
      say "Once more, twice: $method"
      good=true
      for attempt in 1 2; do
        again=$results/again/$method.$attempt.trx
        dotnet "$artifacts/bin/$project/debug/$project.dll" -noLogo -result-trx "$again" -method "$method" </dev/null || good=false
        read -r p f _ _ <<<"$(count "$again")"
        [ "$p" -gt 0 ] && [ "$f" -eq 0 ] || good=false
      done
      if $good; then
        unsteady+=("$method")
        passed=$((passed + times)) failed=$((failed - times))
      fi
    done < <(failed_methods "$project" | sort | uniq -c)
  done
  # What ended a run before its time has no result, and stays a failure.
  if [ "$failed" -eq 0 ] && [ ${#ended[@]} -eq 0 ]; then
    status=0
  fi
fi

if [ "$all" -eq 0 ]; then
  echo 'No test was run.' >&2
  status=1
fi
[ "$failed" -eq 0 ] || status=1
if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo 'A test run ended before its time; look for the reason above.' >&2
fi

if [ -n "$format" ]; then
  if ! wait "$format"; then
    say 'The format is not that of .editorconfig: run dotnet format'
    cat "$results/format.log"
    status=1
  fi
  format=''
fi

# By name and reason once more, where the end of a long log is all that is kept.
cat "$results"/*.trx 2>/dev/null | sed -E 's#<(UnitTestResult|/?Message|/?StackTrace)[ >]#\n&#g; s/&#xA;/\n/g; s/&#xD;//g' | awk '
  function plain(text) { gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&amp;/, "\\&", text); return text }
  /^<UnitTestResult / { name = $0; sub(/.* testName="/, "", name); sub(/" .*/, "", name); failed = /^<UnitTestResult [^>]*outcome="Failed"/; left = 0; if (failed) print "  failed  " plain(name) }
  !failed { next }
  /^<Message>/ { left = 8 }
  /^<StackTrace>/ { left = 5 }
  /^<\// { left = 0 }
  left > 0 { left--; line = $0; sub(/^<[A-Za-z]*>/, "", line); if (line != "") print "          " substr(plain(line), 1, 300) }
' || true

for method in "${unsteady[@]}"; do
  printf '  unsteady  %s failed once and passed twice by itself; its reason is above\n' "$method"
done

if [ "$skipped" -gt 0 ]; then
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
fi
exit $status
