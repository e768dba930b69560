// Package frame reads the frames of HTTP/1.0 and 1.1: where a head ends, what it says, and
// where its body ends. It changes nothing and decodes no more than that.
//
// The contract:
//
//  1. Bytes that are no HTTP, or that two readers could take for different messages, are
//     reported as such. The caller then carries them as they are.
//  2. No bytes make a function panic or allocate more than a constant times their length.
package frame
