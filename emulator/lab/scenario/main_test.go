package scenario

import (
	"testing"

	"rrmq.example/emulator/tests/budget"
)

func TestMain(m *testing.M) { budget.Main(m) }
