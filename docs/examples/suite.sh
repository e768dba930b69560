#!/bin/sh
# The suite in a shell, against a cluster of five that runs already: EMULATOR_URL is its admin API, and EMULATOR_NODES
# are its nodes, with commas. EMULATOR is the program, if it is not on the path.
set -eu

ctl() { "${EMULATOR:-emulator}" ctl "$@"; }

# change does something, and events count from then on.
change() { seq=$(ctl "$@" -json | sed 's/.*"seq":\([0-9]*\).*/\1/'); }

# await waits until all conditions hold.
await() { ctl wait -since "$seq" "$@" >/dev/null; }

# leader is the node that leads.
leader() { ctl wait leader=unique -json | sed 's/.*"leader":\([0-9]*\).*/\1/'; }

# put asks a node through its own port, as its clients do.
put() {
    node=$(echo "$EMULATOR_NODES" | cut -d , -f $(($1 + 1)))
    curl -sf -m 1 -o /dev/null -X PUT "$node/topic" -d "{\"topic\": \"$2\"}"
}

echo "failover: what a leader has promised is still there when it has crashed"
change fixture load fresh_5
old=$(leader)
put "$old" dog
change crash "$old"
await event=BecomeLeader
put "$(leader)" cat
change restart "$old"
await role="$old":Follower topics="all:dog, cat"

echo "old leader: one that is cut off can promise nothing, and follows when it is back"
change fixture load fresh_5
old=$(leader)
change isolate "$old"
if put "$old" lost; then
    echo "node $old has no majority, and says that it is done"
    exit 1
fi
await event=BecomeLeader
new=$(ctl wait leader=majority -json | sed 's/.*"leader":\([0-9]*\).*/\1/')
put "$new" cat
change heal
await role="$old":Follower topics=all:cat logs_equal=all
