#!/bin/bash
# Installs the packages of a list that are missing, with apt, as root or through sudo; without either it
# prints the one line to run and stops. A line "package command" is content with the command from elsewhere.
set -eu
missing=$(sed 's/#.*//' "$1" | while read -r p command; do
	[ -z "$p" ] || { [ -n "$command" ] && command -v "$command" >/dev/null; } || [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null)" = 'ii ' ] || echo "$p"
done | tr '\n' ' ')
[ -n "$missing" ] || exit 0
install="apt-get install -y --no-install-recommends $missing"
export DEBIAN_FRONTEND=noninteractive
if [ "$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else
	echo "Packages are missing. As root, run:"
	echo "  apt-get update && $install"
	exit 1
fi
echo "Installing: $missing"
$sudo apt-get update -q >/dev/null
$sudo env DEBIAN_FRONTEND=noninteractive $install >/dev/null
