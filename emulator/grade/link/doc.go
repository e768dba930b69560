// Package link carries what one node sends to another, through faults. It has connections
// and HTTP in it, no processes: its caller accepts the connections of the nodes and dials
// them.
//
// The contract:
//
//  1. Carry owns a connection that one node opened to another and returns at once. The Net
//     connects to the receiver itself (Options.Dial), and copies bytes both ways.
//  2. A cut of the link from i to j stops the bytes of requests in the connections that i
//     opened to j, and the bytes of answers in those that j opened to i. The end of a stream
//     and a reset travel the same way and are stopped also. When Change returns, no byte
//     passes a cut link any more.
//  3. A cut with the style Hold loses nothing. The Net reads no further, so the senders
//     feel back pressure, as with TCP. At the heal everything goes on in the order in which it
//     came; a connection of which the first bytes were held reaches the receiver only then.
//     So a request whose client has given up meanwhile still arrives, like a late message.
//  4. A connection is never left dead. It works, waits for a heal or the end of a rule, or
//     is reset.
//  5. A node that is down (SetUp), or that cannot be dialed, resets the connections to it.
//  6. Rules are those of package fault. They act on single requests and answers where the
//     traffic is HTTP/1; Change says in its error which of them no link can carry out.
//  7. The random draws of each link come from Options.Seed.
//  8. An idle connection uses no CPU and no buffer. No bytes of a node make the Net keep more
//     than a bounded number of bytes for a connection, or panic.
//  9. Close ends every goroutine and connection.
//
// Rules on links:
//
//   - A message is a request or an answer. A request of the connection from i to j goes
//     from i to j, its answer from j to i. The type of an answer is that of its request.
//   - Of traffic that is not HTTP, each piece that is read is a message without a type, and
//     a request if it comes from the side that opened the connection. The same goes for
//     requests that cannot be read as a whole (see MaxInspected): they have no type.
//   - drop loses the message, and the connection hangs as if nothing had come. It is reset
//     when the rule ends, and after Options.Lost at the latest: TCP gives up with an error
//     also. In traffic that is not HTTP the connection is reset at once.
//   - duplicate sends a request again, on a connection of its own, and drops the answer to
//     it. It does nothing to answers, to requests of more than MaxInspected bytes, and to
//     traffic that is not HTTP.
//   - reorder keeps a message back until the next one of the same link, on any connection,
//     has overtaken it, or for fault.ReorderWindow. It does nothing to traffic that is not HTTP.
//   - hold, the pace, delay_ms and the limits are those of the nodes in one process. A delay
//     holds up what follows on the same connection.
//
// The links dial a target when the first bytes for it pass, or after 20 ms without any. So a
// request that is held, delayed or lost does not occupy a server that serves one connection
// at a time. At a heal, and at the end of a rule that holds, those that waited are handed over one
// after the other; one that the receiver does not take holds up the next for 100 ms at most.
//
// Files:
//
//   - net.go has the Net, change.go its changes, rule.go and fate.go the rules.
//   - conn.go has a connection, pump.go one direction of it, end.go a socket, valve.go the place
//     where bytes pass or wait, way.go a link with its cut, queue.go the order of those that wait.
//   - request.go and message.go read HTTP, and package frame has its format; recognize.go finds
//     the type of a request, and the read files read sockets.
//   - copy.go sends duplicates, count.go has the counters, passage.go what Seen gets.
package link
