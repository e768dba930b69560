// Package view serves the page for a recorded trace, without a cluster.
//
// The contract:
//
//  1. Open reads a trace of any format once, to its end at that moment, and finds its runs and
//     the places of their records. A line that is no part of a trace is an error with its
//     number. A trace that is cut short is shown as far as it goes.
//  2. Handler serves the page and the records. It reads them from the file when the page asks,
//     so that a long trace needs little memory.
//     /v1/explain says why an event happened, from the records up to it.
//  3. The file may grow meanwhile; what comes later is not shown. If it is replaced, a request
//     for its records is a problem.
//  4. Requests that a web page of another origin makes are refused.
package view
