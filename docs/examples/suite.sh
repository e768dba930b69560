#!/bin/sh
# The suite in a shell, against a cluster of five that runs already: EMULATOR_URL is its admin API. EMULATOR is the program,
# if it is not on the path.
set -eu

ctl() { "${EMULATOR:-emulator}" ctl "$@"; }

# leader is the node that leads.
leader() { ctl wait leader=unique -json | sed 's/.*"leader":\([0-9]*\).*/\1/'; }

echo "failover: what a leader has promised is still there when it has crashed"
ctl fixture load fresh_5 >/dev/null
old=$(leader)
ctl put dog
ctl crash "$old"
ctl wait event=BecomeLeader -since last
ctl put cat
ctl restart "$old"
ctl wait role="$old":Follower topics="all:dog, cat"

echo "old leader: one that is cut off can promise nothing, and follows when it is back"
ctl fixture load fresh_5 >/dev/null
old=$(leader)
ctl isolate "$old"
if ctl put lost -node "$old" -timeout 1s; then
    echo "node $old has no majority, and says that it is done"
    exit 1
fi
ctl wait event=BecomeLeader -since last
ctl put cat
ctl heal >/dev/null
ctl wait role="$old":Follower topics=all:cat logs_equal=all
