package link

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
)

// match recognizes the messages of the origin.
var match = Recognizer{
	RequestVote:   course.Message{Path: "/rpc/{sender}", Field: "class", Value: "VoteRequestMessage"},
	AppendEntries: course.Message{Path: "/rpc/{sender}", Field: "class", Value: "AppendEntriesMessage", Entries: "dict.entries"},
}

// directions are the cuts that stop something of a connection from 0 to 1.
var directions = []struct {
	name         string
	links        []fault.Link
	out, answers bool // what they stop
}{
	{"Requests", []fault.Link{between(0, 1)}, true, false},
	{"Answers", []fault.Link{between(1, 0)}, false, true},
	{"BothWays", []fault.Link{between(0, 1), between(1, 0)}, true, true},
}

// forEachTraffic runs a test for each traffic and direction, with connections that are
// opened before and during the cut.
func forEachTraffic(t *testing.T, test func(t *testing.T, f traffic, links []fault.Link, stopsRequests, before bool)) {
	for _, f := range traffics {
		for _, d := range directions {
			for _, before := range []bool{true, false} {
				when := "OpenedDuring"
				if before {
					when = "OpenedBefore"
				}
				t.Run(f.name+"/"+d.name+"/"+when, func(t *testing.T) {
					t.Parallel()
					test(t, f, d.links, d.out, before)
				})
			}
		}
	}
}

// opened returns a connection from 0 to 1 that is opened before or during a cut, which it makes.
func opened(r *rig, f traffic, links []fault.Link, before bool) net.Conn {
	var c net.Conn
	if before {
		c = r.dial(0, 1)
		if !f.close {
			send(r.t, c, f.ask("first"))
			expect(r.t, c, f.answer("first"))
		}
		until(r.t, "the Net has it", func() bool { return r.count(0, 1).Connections == 1 })
	}
	r.cut(links...)
	if !before {
		c = r.dial(0, 1)
	}
	return c
}

func has(got *spoken, name string) func() bool {
	return func() bool {
		for _, one := range got.all() {
			if one == name {
				return true
			}
		}
		return false
	}
}

func TestHoldDeliversAtTheHeal(t *testing.T) {
	forEachTraffic(t, func(t *testing.T, f traffic, links []fault.Link, stopsRequests, before bool) {
		r, got := newTrafficRig(t, f, Options{})
		c := opened(r, f, links, before)
		send(t, c, f.ask("held"))
		if !stopsRequests {
			until(t, "the request passes", has(got, "held"))
		}
		nothing(t, c)
		assert.Equal(t, has(got, "held")(), !stopsRequests)
		until(t, "one waits", func() bool { return r.count(0, 1).Waiting+r.count(1, 0).Waiting == 1 })
		r.heal()
		expect(t, c, f.answer("held"))
		if f.close {
			_, err := c.Read(make([]byte, 1))
			assert.Equal(t, err, io.EOF)
		} else {
			send(t, c, f.ask("next"))
			expect(t, c, f.answer("next"))
		}
		assert.Equal(t, r.count(0, 1).Reset, uint64(0))
		held := r.count(0, 1).Held + r.count(1, 0).Held
		assert.Assert(t, held == 1 || held == 2 && len(links) == 2, "%d: the links heal one after the other", held)
		assert.Equal(t, r.count(0, 1).Waiting+r.count(1, 0).Waiting, 0)
	})
}

// A client that closes its connection during a cut has sent its request: it arrives late.
func TestHoldDeliversForAClientThatGaveUp(t *testing.T) {
	forEachTraffic(t, func(t *testing.T, f traffic, links []fault.Link, stopsRequests, before bool) {
		r, got := newTrafficRig(t, f, Options{})
		c := opened(r, f, links, before)
		send(t, c, f.ask("late"))
		if !stopsRequests {
			until(t, "the request passes", has(got, "late"))
		}
		c.Close()
		r.heal()
		until(t, "the request arrives", has(got, "late"))
		until(t, "the connection ends", func() bool { return len(r.all()) == 0 })
	})
}

func TestResetCutsConnectionsAtOnce(t *testing.T) {
	forEachTraffic(t, func(t *testing.T, f traffic, links []fault.Link, stopsRequests, before bool) {
		r, got := newTrafficRig(t, f, Options{})
		r.SetStyle(Reset)
		if !before && stopsRequests {
			r.cut(links...)
			r.refused(0, 1)
			return
		}
		c := opened(r, f, links, before)
		if !before { // the request passes, its answer does not
			send(t, c, f.ask("x"))
			until(t, "the request passes", has(got, "x"))
		}
		reset(t, c)
		assert.Equal(t, r.count(0, 1).Reset, uint64(1))
		assert.Equal(t, has(got, "x")(), !before && !stopsRequests)
		r.heal()
		c = r.dial(0, 1)
		send(t, c, f.ask("after"))
		expect(t, c, f.answer("after"))
	})
}

func TestRefuseResetsNewConnectionsAndHoldsOthers(t *testing.T) {
	forEachTraffic(t, func(t *testing.T, f traffic, links []fault.Link, stopsRequests, before bool) {
		r, _ := newTrafficRig(t, f, Options{})
		r.SetStyle(Refuse)
		if !before && stopsRequests {
			r.cut(links...)
			r.refused(0, 1)
			return
		}
		c := opened(r, f, links, before)
		send(t, c, f.ask("held"))
		nothing(t, c)
		r.heal()
		expect(t, c, f.answer("held"))
	})
}

func TestStyleOfACutInForceChanges(t *testing.T) {
	f := traffics[0]
	r, _ := newTrafficRig(t, f, Options{})
	c := opened(r, f, directions[2].links, true)
	send(t, c, f.ask("held"))
	nothing(t, c)
	other := r.dial(0, 2)
	send(t, other, f.ask("a"))
	expect(t, other, f.answer("a"))
	r.SetStyle(Reset)
	reset(t, c)
	send(t, other, f.ask("b"))
	expect(t, other, f.answer("b"))
}

// A one-way cut from 0 to 1 stops what 0 asks, and what 0 answers; not the other way.
func TestOneWayCutStopsOneDirectionOfBothConnections(t *testing.T) {
	f := traffics[0]
	r, got := newTrafficRig(t, f, Options{})
	r.cut(between(0, 1))
	there, back := r.dial(0, 1), r.dial(1, 0)
	send(t, there, f.ask("there"))
	send(t, back, f.ask("back"))
	until(t, "1 reaches 0", has(got, "back"))
	nothing(t, there)
	nothing(t, back)
	assert.DeepEqual(t, got.all(), []string{"back"})
	assert.DeepEqual(t, r.Cuts(), []fault.Link{between(0, 1)})
	r.heal()
	expect(t, there, f.answer("there"))
	expect(t, back, f.answer("back"))
}

// A target that closes: its last bytes and the end of its stream arrive at the heal.
func TestHoldDeliversTheEndOfATargetThatCloses(t *testing.T) {
	for _, abrupt := range []bool{false, true} {
		t.Run(fmt.Sprintf("Abrupt=%v", abrupt), func(t *testing.T) {
			closed := make(chan struct{})
			r := newRig(t, Options{}, func(_ int, c net.Conn) {
				bufio.NewReader(c).ReadString('\n')
				io.WriteString(c, "bye")
				time.AfterFunc(30*time.Millisecond, func() {
					if abrupt {
						c.(*net.TCPConn).SetLinger(0)
					}
					c.Close()
					close(closed)
				})
			})
			c := r.dial(0, 1)
			send(t, c, "raw!\n")
			expect(t, c, "bye")
			r.cut(between(1, 0))
			<-closed
			nothing(t, c)
			r.heal()
			if abrupt {
				reset(t, c)
			} else {
				_, err := c.Read(make([]byte, 1))
				assert.Equal(t, err, io.EOF)
			}
		})
	}
}

func TestNodeThatIsDownResetsConnections(t *testing.T) {
	for _, f := range traffics {
		t.Run(f.name, func(t *testing.T) {
			r, got := newTrafficRig(t, f, Options{})
			to, from, other := r.dial(0, 1), r.dial(1, 0), r.dial(0, 2)
			if !f.close {
				for _, c := range []net.Conn{to, from, other} {
					send(t, c, f.ask("a"))
					expect(t, c, f.answer("a"))
				}
			}
			r.SetUp(1, false)
			if !f.close {
				reset(t, to)
			}
			reset(t, from)
			r.refused(0, 1)
			send(t, other, f.ask("b"))
			expect(t, other, f.answer("b"))
			r.SetUp(1, true)
			c := r.dial(0, 1)
			send(t, c, f.ask("up"))
			expect(t, c, f.answer("up"))
			assert.Assert(t, has(got, "up")())
		})
	}
}

// A connection that a node opened before its end, and that is taken in only then, sends nothing.
func TestANodeThatIsDownAsksNobody(t *testing.T) {
	f := traffics[0]
	r, got := newTrafficRig(t, f, Options{})
	r.SetUp(0, false)
	r.refused(0, 1)
	c := r.dial(1, 2)
	send(t, c, f.ask("other"))
	expect(t, c, f.answer("other"))
	assert.DeepEqual(t, got.all(), []string{"other"})
	assert.Equal(t, r.count(0, 1).Reset, uint64(1))
}

// A cut link carries no reset: who cannot hear from a node does not hear that it is down.
func TestCutHoldsTheResetOfANodeThatIsDown(t *testing.T) {
	f := traffics[0]
	r, _ := newTrafficRig(t, f, Options{})
	c := opened(r, f, directions[2].links, true)
	r.SetUp(1, false)
	nothing(t, c)
	late := r.dial(0, 1)
	nothing(t, late)
	r.heal()
	reset(t, c)
	reset(t, late)
}

// A connection that is opened during a cut reaches the node that is up at the heal.
func TestHeldConnectionReachesANodeThatWasRestarted(t *testing.T) {
	f := traffics[0]
	r, _ := newTrafficRig(t, f, Options{})
	r.cut(directions[2].links...)
	c := r.dial(0, 1)
	send(t, c, f.ask("a"))
	nothing(t, c)
	r.SetUp(1, false)
	r.SetUp(1, true)
	r.heal()
	expect(t, c, f.answer("a"))
}

// A connection to a node that goes down while it is dialed is not one to the node that comes up.
func TestANodeThatGoesDownWhileItIsDialedResetsTheClient(t *testing.T) {
	var now atomic.Pointer[rig]
	again := atomic.Bool{}
	o := Options{Dial: func(ctx context.Context, to int, internal bool) (net.Conn, error) {
		r := now.Load()
		c, err := r.dialNode(ctx, to, internal)
		if !again.Swap(true) {
			r.SetUp(to, false)
			r.SetUp(to, true)
		}
		return c, err
	}}
	f := traffics[0]
	r, got := newTrafficRig(t, f, o)
	now.Store(r)
	c := r.dial(0, 1)
	send(t, c, f.ask("a"))
	reset(t, c)
	assert.Equal(t, len(got.all()), 0)
	c = r.dial(0, 1)
	send(t, c, f.ask("b"))
	expect(t, c, f.answer("b"))
}

// A server that serves one connection at a time is not occupied by one that is held.
func TestAHeldConnectionIsNotDialed(t *testing.T) {
	var now atomic.Pointer[rig]
	var dialed atomic.Int64
	f := traffics[0]
	r, _ := newTrafficRig(t, f, Options{Dial: func(ctx context.Context, to int, internal bool) (net.Conn, error) {
		dialed.Add(1)
		return now.Load().dialNode(ctx, to, internal)
	}})
	now.Store(r)
	r.cut(between(0, 1))
	c := r.dial(0, 1)
	send(t, c, f.ask("held"))
	until(t, "it is held", func() bool { return r.count(0, 1).Waiting == 1 })
	assert.Equal(t, dialed.Load(), int64(0))
	r.heal()
	expect(t, c, f.answer("held"))
	assert.Equal(t, dialed.Load(), int64(1))
}

func TestFailedDialResetsTheClient(t *testing.T) {
	dial := func(context.Context, int, bool) (net.Conn, error) { return nil, errors.New("no") }
	r := newRig(t, Options{Dial: dial}, nil)
	r.refused(0, 1)
	until(t, "it is counted", func() bool { return r.count(0, 1).Unreached == 1 && r.count(0, 1).Reset == 1 })
}

// A client that goes away resets the target's connection, and the other way around.
func TestResetsPass(t *testing.T) {
	broken := make(chan error, 1)
	r := newRig(t, Options{}, func(_ int, c net.Conn) {
		go func() {
			io.WriteString(c, "hello")
			_, err := io.Copy(io.Discard, c)
			broken <- err
			c.Close()
		}()
	})
	c := r.dial(0, 1)
	expect(t, c, "hello")
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
	err := <-broken
	assert.Assert(t, err != nil && strings.Contains(err.Error(), "reset by peer"), "%v", err)
	until(t, "the connection ends", func() bool { return len(r.all()) == 0 })
	assert.Equal(t, r.count(0, 1).Reset, uint64(0)) // it was not the work of the Net
}

// Half-closed connections go on in the other direction.
func TestEndOfOneDirectionLeavesTheOther(t *testing.T) {
	r := newRig(t, Options{}, func(_ int, c net.Conn) {
		go func() {
			defer c.Close()
			all, _ := io.ReadAll(c)
			io.WriteString(c, strings.ToUpper(string(all)))
		}()
	})
	c := r.dial(0, 1)
	send(t, c, "what ends later")
	c.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(c)
	assert.NilError(t, err)
	assert.Equal(t, string(all), "WHAT ENDS LATER")
}

// A server that speaks first is dialed for a client that says nothing.
func TestServerMaySpeakFirst(t *testing.T) {
	r := newRig(t, Options{}, func(_ int, c net.Conn) {
		io.WriteString(c, "220 hello\r\n")
		c.Close()
	})
	expect(t, r.dial(0, 1), "220 hello\r\n")
}

// Connections that were held reach the target in the order in which they were opened.
func TestHealKeepsTheOrder(t *testing.T) {
	for _, f := range traffics {
		t.Run(f.name, func(t *testing.T) {
			got := &spoken{}
			r := newRig(t, Options{}, func(_ int, c net.Conn) { // one connection after the other
				line, _ := bufio.NewReader(c).ReadString('\n')
				got.add(strings.TrimPrefix(strings.Fields(line)[1], "/"))
				c.Close()
			})
			r.cut(between(0, 1))
			var want []string
			for i := range 40 {
				c := r.dial(0, 1)
				send(t, c, f.ask(fmt.Sprint(i)))
				until(t, "it waits", func() bool { return r.count(0, 1).Waiting == i+1 })
				want = append(want, fmt.Sprint(i))
			}
			r.heal()
			until(t, "all arrive", func() bool { return len(got.all()) == len(want) })
			assert.DeepEqual(t, got.all(), want)
		})
	}
}

// When Change returns, nothing passes the cut, whatever was on its way.
func TestNothingPassesOnceChangeReturns(t *testing.T) {
	var arrived atomic.Int64
	r := newRig(t, Options{}, func(_ int, c net.Conn) {
		go func() {
			defer c.Close()
			buffer := make([]byte, 1<<16)
			for {
				n, err := c.Read(buffer)
				arrived.Add(int64(n))
				if err != nil {
					return
				}
			}
		}()
	})
	var sent atomic.Int64
	stop := make(chan struct{})
	end := sync.OnceFunc(func() { close(stop) })
	t.Cleanup(end)
	for range 4 {
		c := r.dial(0, 1)
		r.wg.Go(func() {
			piece := make([]byte, 1<<15)
			for {
				select {
				case <-stop:
					c.Close()
					return
				default:
				}
				n, _ := c.Write(piece)
				sent.Add(int64(n))
				c.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
			}
		})
	}
	for range 20 {
		before := arrived.Load()
		until(t, "bytes pass", func() bool { return arrived.Load() > before })
		r.cut(between(0, 1))
		passed := r.count(0, 1).Bytes
		until(t, "what had passed arrives", func() bool { return arrived.Load() == int64(passed) })
		time.Sleep(5 * time.Millisecond)
		assert.Equal(t, r.count(0, 1).Bytes, passed)
		assert.Equal(t, arrived.Load(), int64(passed))
		r.heal()
	}
	end()
	until(t, "all arrives", func() bool { return arrived.Load() == sent.Load() && len(r.all()) == 0 })
}

// A target that does not read holds up neither a change nor the links.
func TestChangeDoesNotWaitForATargetThatHangs(t *testing.T) {
	r := newRig(t, Options{}, func(_ int, c net.Conn) { t.Cleanup(func() { c.Close() }) })
	c := r.dial(0, 1)
	c.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
	piece := make([]byte, 1<<20)
	sent := 0
	for {
		n, err := c.Write(piece)
		sent += n
		if err != nil {
			break
		}
	}
	assert.Assert(t, sent < 64<<20, "%d bytes went nowhere", sent)
	start := time.Now()
	r.cut(between(0, 1))
	r.heal()
	r.SetUp(1, false)
	assert.Assert(t, time.Since(start) < 5*time.Second)
	reset(t, c)
}

// A cut in the middle of a write to a target that reads slowly loses no byte, adds none, and
// keeps their order.
func TestACutInTheMiddleOfAWriteLosesNothing(t *testing.T) {
	const size = 24 << 20 // more than what sockets hold
	sent := make([]byte, size)
	for i := range sent {
		sent[i] = byte(i>>16) ^ byte(i>>8) ^ byte(i)
	}
	for _, answers := range []bool{false, true} {
		t.Run(fmt.Sprintf("Answers=%v", answers), func(t *testing.T) {
			reads, got := make(chan struct{}), make(chan []byte, 1)
			write := func(c net.Conn) {
				_, _ = c.Write(sent)
				c.Close()
			}
			read := func(c net.Conn) {
				<-reads
				all, _ := io.ReadAll(c)
				got <- all
			}
			r := newRig(t, Options{Nodes: 2}, func(_ int, c net.Conn) {
				if answers {
					go write(c)
				} else {
					go read(c)
				}
			})
			c := r.dial(0, 1)
			link, there := between(0, 1), 0
			if answers {
				link, there = between(1, 0), 1
				go read(c)
			} else {
				go write(c)
			}
			bytes := func() uint64 { return r.count(there, 1-there).Bytes }
			// It passes until the sockets are full: then a write is on its way.
			last, since := uint64(0), time.Now()
			until(t, "it is full", func() bool {
				if now := bytes(); now != last {
					last, since = now, time.Now()
				}
				return last > 0 && time.Since(since) > 50*time.Millisecond
			})
			for range 3 {
				r.cut(link)
				r.heal()
			}
			close(reads)
			for range 10 {
				r.cut(link)
				r.heal()
			}
			all := <-got
			assert.Equal(t, len(all), len(sent))
			assert.Assert(t, string(all) == string(sent))
			assert.Equal(t, bytes(), uint64(size))
		})
	}
}
