// Package report writes the verdicts of scenarios in the formats that graders'
// systems read.
package report
