/**
 * The types of the model: records as the trace writes them (docs/reference/trace.md), and
 * the cluster that they describe. This file has no code.
 *
 * Times are nanoseconds of the cluster's time. A node's id is a number from 0; null stands
 * for no node.
 *
 * @module
 */

/** @typedef {'Follower'|'Candidate'|'Leader'} Role */

/**
 * An entry of a log: its term, and the operation with its arguments. An op of null does
 * nothing.
 * @typedef {{term: number, op: string|null, [argument: string]: string|number|null}} Entry
 */

/**
 * An operation with its arguments.
 * @typedef {{op: string|null, [argument: string]: string|number|null}} Command
 */

/**
 * @typedef {'RequestVoteRequest'|'RequestVoteResponse'|'AppendEntriesRequest'|'AppendEntriesResponse'} MessageType
 */

/**
 * A message between two nodes. Its id is the seq of the record of its sending. Each type
 * has its own fields after term.
 * @typedef {object} Message
 * @property {number} id
 * @property {MessageType} type
 * @property {number} from
 * @property {number} to
 * @property {number} term
 * @property {number} [last_log_index]
 * @property {number} [last_log_term]
 * @property {boolean} [vote_granted]
 * @property {boolean} [success]
 * @property {number} [prev_log_index]
 * @property {number} [prev_log_term]
 * @property {Entry[]} [entries]
 * @property {number} [leader_commit]
 * @property {number} [match_index]
 * @property {number} [conflict_index]
 * @property {number} [conflict_term]
 */

/**
 * A node's state after the event of a record.
 * @typedef {object} State
 * @property {Role} role
 * @property {number} term
 * @property {number|null} voted_for
 * @property {number|null} leader
 * @property {number} commit_index
 * @property {number} last_applied
 * @property {number} last_index
 * @property {number} last_term
 */

/**
 * A rule in force: a fault with its keys as in a fixture.
 * @typedef {object} Rule
 * @property {string} name
 * @property {{from?: number[], to?: number[], type?: string, kind?: string, entries?: boolean, node?: number[]}} [match]
 * @property {boolean} [drop]
 * @property {[number, number]} [delay_ms]
 * @property {number} [duplicate]
 * @property {boolean} [reorder]
 * @property {boolean} [hold]
 * @property {number} [throttle]
 * @property {[number, number]} [slow_disk_ms]
 * @property {number} [skip]
 * @property {number} [count]
 * @property {number} [probability]
 * @property {number} [until_ms]
 */

/**
 * What somebody did to the cluster. Op decides which keys are there.
 * @typedef {object} Change
 * @property {'crash'|'restart'|'pause'|'resume'|'timeout'|'partition'|'isolate'|'heal_node'|'heal'|'set_fault'|'delete_fault'|'skew'|'plant'} op
 * @property {number} [node]
 * @property {boolean} [wipe]
 * @property {[number, number][]} [links] from and to
 * @property {Rule} [fault]
 * @property {string} [name]
 * @property {number} [skew]
 * @property {string} [bug]
 */

/**
 * A timer that is set: the time at which it runs out. Records call the time at_ns.
 * @typedef {{kind: 'election'|'heartbeat', at: number}} Timer
 */

/** @typedef {{kind: 'election'|'heartbeat', at_ns: number}} TimerKeys */

/**
 * How a node begins, beside its state.
 * @typedef {object} Init
 * @property {boolean} up
 * @property {Entry[]} log
 * @property {number[]} [next_index]
 * @property {number[]} [match_index]
 * @property {number[]} [votes]
 * @property {string} [bug]
 * @property {{term: number, voted_for: number|null}} [stored]
 * @property {{term: number, voted_for: number|null, kept: number, removed: Entry[]}[]} [writes]
 * @property {boolean} [paused]
 * @property {number} [skew] 1 when it is left out
 * @property {number[]} [cut] the nodes that get no messages from this one
 * @property {Rule[]} [faults] of node 0: those in force from the start
 */

/**
 * An answer to a client. The operation's result has a key of its own, such as message.
 * @typedef {{id: string, ok: boolean, error?: string, [result: string]: unknown}} Response
 */

/**
 * A record of the trace. Event decides which keys are there.
 * @typedef {object} TraceRecord
 * @property {number} seq
 * @property {number} time_ns
 * @property {number} step
 * @property {number} cause
 * @property {string} event
 * @property {number|null} node
 * @property {number} [index]
 * @property {Message} [message]
 * @property {State} [state]
 * @property {{id: string, command: Command|null}} [request]
 * @property {Response} [response]
 * @property {Init} [init]
 * @property {{term: number, voted_for: number|null}} [stored]
 * @property {Change} [change]
 * @property {string} [fault]
 * @property {'partition'|'crash'|'overflow'} [reason]
 * @property {TimerKeys} [timer] of SetTimer and Init
 * @property {number} [kept] of HandleAppendEntriesRequest: the log changed behind it
 * @property {{kept: number, entries: Entry[]}} [log] of a crash that changed the log
 * @property {{next: number, match: number}} [progress] of HandleAppendEntriesResponse
 * @property {number[]} [next_index] of BecomeLeader
 * @property {number[]} [match_index] of BecomeLeader
 * @property {boolean} [counted] a candidate has the vote: the sender's of a
 *   HandleRequestVoteResponse, its own of a Timeout or Persist
 * @property {Command} [unlogged] of Response: the operation that a bug applied without the log
 * @property {number[]} [again] of Apply: the indices that were applied twice
 */

/**
 * The first line of a run in a trace file.
 * @typedef {{event: 'Run', format: number, name: string, clock: string, nodes: string[], fixture: string}} Header
 */

/**
 * One copy of a message on its way. held is the name of the rule that holds it, or ''.
 * @typedef {object} Flight
 * @property {number} id
 * @property {Message} message
 * @property {string} held
 * @property {number} sentAt
 * @property {number} from
 * @property {number} to
 * @property {boolean} outside it came from outside: no cut and no rule affects it
 */

/**
 * A node. votes, next and match are null unless its role has them; next and match are by
 * node, and its own place counts for nothing. stored is null while stable storage has what
 * the node has in memory; otherwise it is what a crash would leave.
 * @typedef {object} Node
 * @property {number} id
 * @property {boolean} up
 * @property {boolean} paused
 * @property {Role} role
 * @property {number} term
 * @property {number|null} votedFor
 * @property {number|null} leader the leader according to the node
 * @property {number} commit
 * @property {number} applied
 * @property {import('./log.js').Log} log
 * @property {(number|null)[]|null} next
 * @property {(number|null)[]|null} match
 * @property {number[]|null} votes the nodes whose votes a candidate has, sorted
 * @property {Timer|null} timer
 * @property {number} skew
 * @property {string} bug '' for none
 * @property {import('./queue.js').Queue} queue
 * @property {{term: number, votedFor: number|null, index: number}|null} stored
 * @property {boolean} approximate an old trace does not say what a bug may have done to the log
 */

/**
 * A client's call. outcome is '' while it waits; 'ok': it took effect; 'fail': it did not
 * and never will; 'unknown': nobody can know.
 * @typedef {object} Call
 * @property {number} seq of the Request
 * @property {string} id
 * @property {number} node
 * @property {Command|null} command
 * @property {number} askedAt
 * @property {number} index of its entry, 0 before it has one
 * @property {number|null} answeredAt
 * @property {number|null} answerSeq
 * @property {Response|null} response
 * @property {''|'ok'|'fail'|'unknown'} outcome
 */

/**
 * What a record changed: the names of the fields of each node, and the parts of the
 * cluster. log says how the log of a node changed: behind index kept, this many entries were
 * removed and this many appended.
 * @typedef {object} Changed
 * @property {Map<number, string[]>} nodes
 * @property {number[]} messages the ids of messages that were sent, moved or gone
 * @property {boolean} cuts
 * @property {boolean} rules
 * @property {boolean} calls
 * @property {{node: number, kept: number, removed: number, appended: number}|null} log
 */

/**
 * The cluster as plain JSON, in the words of the trace.
 * @typedef {object} PlainNode
 * @property {number} id
 * @property {boolean} up
 * @property {boolean} paused
 * @property {Role} role
 * @property {number} term
 * @property {number|null} voted_for
 * @property {number|null} leader
 * @property {number} commit_index
 * @property {number} last_applied
 * @property {Entry[]} log
 * @property {(number|null)[]|null} next_index
 * @property {(number|null)[]|null} match_index
 * @property {number[]|null} votes
 * @property {TimerKeys|null} timer
 * @property {number} skew
 * @property {string} bug
 * @property {{name: string, values: string[]}[]} queue
 */

/**
 * @typedef {object} Plain
 * @property {PlainNode[]} nodes
 * @property {number[]} messages sorted ids of all copies on their way that no rule holds
 * @property {number[]} held sorted ids of those that a rule holds
 * @property {[number, number][]} cuts
 * @property {string[]} rules
 */

/**
 * A Plain with what it leaves out, to begin with.
 * @typedef {Plain & {seq: number, time_ns: number, faults?: Rule[], flights?: Flight[]}} Whole
 */

/**
 * A stretch of the timeline in one term. leader is null while nobody leads in it.
 * @typedef {{term: number, leader: number|null, from: number, to: number|null, fromTime: number, toTime: number|null}} TermSpan
 */

/**
 * A stretch of the timeline with a fault; to is null while it lasts.
 * @typedef {object} FaultSpan
 * @property {'crash'|'pause'|'partition'|'rule'|'skew'|'bug'} kind
 * @property {number|null} node
 * @property {string} name of the rule or bug
 * @property {number} from
 * @property {number|null} to
 * @property {number} fromTime
 * @property {number|null} toTime
 */

/**
 * An invariant that was violated.
 * @typedef {{seq: number, time: number, invariant: string, node: number|null, text: string}} Violation
 */

/**
 * Entries that a message will remove if it arrives now: those from first to last of the
 * log of node.
 * @typedef {{id: number, node: number, first: number, last: number, committed: boolean}} Doom
 */

/**
 * What nextOf and previousOf look for; a key that is left out matches all.
 * @typedef {object} Wanted
 * @property {number} [node]
 * @property {string|string[]} [event]
 * @property {number} [message] a message's id
 * @property {string} [call] a request's id
 * @property {number} [index] of an entry
 */

export {}
