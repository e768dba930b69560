package invariant_test

import (
	"testing"

	"rrmq.example/emulator/tests/budget"
)

func TestMain(m *testing.M) { budget.Main(m) }
