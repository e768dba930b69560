package verify

// SetupOf is setupOf, for tests.
var SetupOf = setupOf
