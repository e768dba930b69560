package room

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	Main()
	act()
	os.Exit(m.Run())
}
