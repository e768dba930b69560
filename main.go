// Emulator hosts a whole Raft message-queue cluster in one process, seeded from
// a fixture, to be broken and healed over HTTP while tests run. See README.md.
package main

import (
	"os"

	"rrmq.example/emulator/emulator/cmd"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/grade/room"
)

func main() {
	room.Main() // the keeper of a foreign node, if the environment asks for it
	os.Exit(cmd.Main(cli.UntilSignal(), os.Args[1:], os.Stdout, os.Stderr))
}
