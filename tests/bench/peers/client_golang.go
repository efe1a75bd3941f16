// A peer of the exporter, on client_golang: client_golang FILE
//
// Keeps a constant metric for every sample of the vprotect_* families of FILE, a text of /metrics, and serves them on a
// free port. Prints "port=N" when it is ready. On SIGUSR1 every metric is made again, and "set" is printed.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

type sample struct {
	description *prometheus.Desc
	kind        prometheus.ValueType
	value       float64
	labels      []string
}

// Its metrics are replaced as a whole, so that a scrape waits for nobody.
type site struct {
	samples []sample
	metrics atomic.Value
}

// Its descriptions differ by file, so none is told in advance.
func (*site) Describe(chan<- *prometheus.Desc) {}

func (s *site) Collect(to chan<- prometheus.Metric) {
	for _, metric := range s.metrics.Load().([]prometheus.Metric) {
		to <- metric
	}
}

func (s *site) setAgain() {
	metrics := make([]prometheus.Metric, len(s.samples))
	for i, one := range s.samples {
		metrics[i] = prometheus.MustNewConstMetric(one.description, one.kind, one.value, one.labels...)
	}
	s.metrics.Store(metrics)
}

func namesOf(metric *dto.Metric) (names []string) {
	for _, label := range metric.Label {
		names = append(names, label.GetName())
	}
	return names
}

func valuesOf(metric *dto.Metric) (values []string) {
	for _, label := range metric.Label {
		values = append(values, label.GetValue())
	}
	return values
}

func (s *site) add(name, help string, kind prometheus.ValueType, value float64, metric *dto.Metric, known map[string]*prometheus.Desc) {
	names := namesOf(metric)
	key := name + " " + strings.Join(names, " ")
	if known[key] == nil {
		known[key] = prometheus.NewDesc(name, help, names, nil)
	}
	s.samples = append(s.samples, sample{known[key], kind, value, valuesOf(metric)})
}

func (s *site) addFamily(family *dto.MetricFamily) {
	known := map[string]*prometheus.Desc{}
	for _, metric := range family.Metric {
		switch {
		case metric.Counter != nil:
			s.add(family.GetName(), family.GetHelp(), prometheus.CounterValue, metric.Counter.GetValue(), metric, known)
		case metric.Gauge != nil:
			s.add(family.GetName(), family.GetHelp(), prometheus.GaugeValue, metric.Gauge.GetValue(), metric, known)
		}
	}
}

func read(file string) (*site, error) {
	text, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	var parser expfmt.TextParser
	families, err := parser.TextToMetricFamilies(text)
	if err != nil {
		return nil, err
	}
	made := &site{}
	for name, family := range families {
		if strings.HasPrefix(name, "vprotect_") {
			made.addFamily(family)
		}
	}
	made.setAgain()
	return made, nil
}

func run(file string) error {
	made, err := read(file)
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // what the reading took is not the peer's
	registry := prometheus.NewRegistry()
	registry.MustRegister(made)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	go http.Serve(listener, nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	fmt.Printf("port=%d\n", listener.Addr().(*net.TCPAddr).Port)
	for range signals {
		made.setAgain()
		fmt.Println("set")
	}
	return nil
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
