# Install what some tests need where apt may do it: Chromium for the browser journeys, strace for the
# proof that an answer is on the disk before it is acknowledged, nginx for that of the shipped
# configuration, node to run conditions as a browser runs them, Lynx for a visit in text alone. The
# suite says what is missing.
missing=
for tool in chromium lynx strace; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null 2>&1 || exit 0
as_root=
if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || exit 0
    as_root="sudo -n"
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
exit 0
