// Package syntax reads and writes the parts of a cluster that start states,
// steps, config.json and the admin API have in common: node ids, terms, message
// rules, partitions, planted bugs, operations and log entries.
//
// A function ReadX reads an X from a source.Value and reports what is wrong with
// it. WriteX and FormatX write an X such that ReadX reads the same one back.
// ParseRule and ParsePartition read the JSON bodies of requests.
package syntax
