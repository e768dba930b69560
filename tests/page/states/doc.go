// Command states writes what the page's model must know: the records of many runs, and the
// whole state of the cluster at the end of each step of the world. Tests of the model read it,
// apply the records and compare.
//
//	go run ./tests/page/states [-random N] [-records N] [-out FILE]
//
// It writes JSON lines, the same ones each time:
//
//	{"run":"fresh_3","header":{"event":"Run","format":3,…}}
//	{"record":{"seq":1,"time_ns":0,…}}
//	{"after":5,"cluster":{"nodes":[…],"messages":[…],"held":[…],"cuts":[…],"rules":[…]}}
//
// The runs are every fixture without its scenario, every scenario, and N random runs with and
// without a planted bug. In the middle of each random run the cluster is frozen, and the
// fixture that results is a run also.
package main
