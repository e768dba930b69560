// Package excerpt cuts a part out of a recorded run, to be shown elsewhere: the records around
// an event, and the whole state of the cluster before them.
//
// The contract:
//
//  1. Around keeps a short run in full. Of a long one it keeps at most MaxRecords records and
//     about MaxBytes compressed bytes: three quarters before the event, the rest after it.
//  2. A part that does not begin with the run has the state before it, as the world was at the
//     end of a step. The world finds it by repeating the run up to there; the rules of
//     package replay apply.
//  3. An Excerpt is small and not changed.
//  4. StateOf describes any world between two of its events.
package excerpt
