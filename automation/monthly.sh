#!/bin/sh
# Run one client and mail what changed. Usage: monthly.sh CLIENT_FOLDER RUN_FOLDER MAIL_ADDRESS
set -eu
client=$1 run=$2 address=$3
previous=$(mktemp -d)
trap 'rm -rf "$previous"' EXIT
[ -d "$run/results" ] && cp -R "$run/results" "$previous/"
status=0
playbook check "$client" && playbook run "$client" --out "$run" || status=$?
if [ "$status" -ne 0 ]; then
    echo "The run of $client failed with exit code $status." | mail -s "Referral playbook: failed" "$address"
    exit "$status"
fi
if [ -d "$previous/results" ]; then
    playbook compare "$previous" "$run" | mail -s "Referral playbook: what changed" "$address"
else
    echo "The first memo is in $run/report.pdf" | mail -s "Referral playbook: first memo" "$address"
fi
