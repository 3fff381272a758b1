// Command yaml says what kubectl makes of texts: the readers and the printer that kubectl itself is built with.
//
// usage: yaml read|stream|write, one JSON object a line on stdin, one a line on stdout.
//
//	read    {"yaml": text}   adds json, error, strict_error: the first document, by sigs.k8s.io/yaml
//	stream  {"text": text}   adds documents: what a decoder of YAML or JSON streams hands out, {"error": true} at the end
//	                         if it gave up
//	write   {"json": value}  adds yaml: what sigs.k8s.io/yaml prints for the value; null if it cannot, or prints another
//	                         value; and direct: what goyaml.v2 prints for it
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
	kube "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type reading struct {
	YAML        string          `json:"yaml"`
	JSON        json.RawMessage `json:"json"`
	Error       bool            `json:"error"`
	StrictError bool            `json:"strict_error"`
}

type streaming struct {
	Text      string            `json:"text"`
	Documents []json.RawMessage `json:"documents"`
}

type writing struct {
	JSON   json.RawMessage `json:"json"`
	YAML   *string         `json:"yaml"`
	Direct string          `json:"direct"`
}

func main() {
	if len(os.Args) != 2 {
		fail("usage: yaml read|stream|write")
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(answer(os.Args[1], line)); err != nil {
				fail(err)
			}
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			fail(err)
		}
	}
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(2)
}

func answer(mode string, line []byte) any {
	switch mode {
	case "read":
		var r reading
		decode(line, &r)
		return read(r.YAML)
	case "stream":
		var s streaming
		decode(line, &s)
		return stream(s.Text)
	case "write":
		var w writing
		decode(line, &w)
		return write(w.JSON)
	}
	fail("unknown mode " + mode)
	return nil
}

func decode(line []byte, into any) {
	if err := json.Unmarshal(line, into); err != nil {
		fail(err)
	}
}

func read(text string) (r reading) {
	r.YAML = text
	r.JSON, r.Error = toJSON(text, yaml.YAMLToJSON)
	_, r.StrictError = toJSON(text, yaml.YAMLToJSONStrict)
	return r
}

// The reader panics on a few texts; kubectl dies of that, too.
func toJSON(text string, convert func([]byte) ([]byte, error)) (result json.RawMessage, failed bool) {
	defer func() {
		if recover() != nil {
			result, failed = nil, true
		}
	}()
	result, err := convert([]byte(text))
	if err != nil {
		return nil, true
	}
	return result, false
}

// raw keeps what it decodes, as kubectl does before it knows the kind.
type raw struct{ text []byte }

func (r *raw) UnmarshalJSON(text []byte) error {
	r.text = append([]byte(nil), text...)
	return nil
}

func stream(text string) (s streaming) {
	s.Text = text
	s.Documents = []json.RawMessage{}
	defer func() {
		if recover() != nil {
			s.Documents = append(s.Documents, json.RawMessage(`{"error":true}`))
		}
	}()
	decoder := kube.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var document raw
		err := decoder.Decode(&document)
		if err == io.EOF {
			return s
		}
		if err != nil {
			s.Documents = append(s.Documents, json.RawMessage(`{"error":true}`))
			return s
		}
		if len(document.text) == 0 {
			document.text = []byte("null")
		}
		s.Documents = append(s.Documents, document.text)
	}
}

func write(text json.RawMessage) (w writing) {
	w.JSON = text
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		fail(err)
	}
	value = native(value, number)
	if printed, err := yaml.Marshal(value); err == nil && same(printed, value) {
		result := string(printed)
		w.YAML = &result
	}
	printed, err := goyaml.Marshal(native(value, throughJSON))
	if err != nil {
		fail(err)
	}
	w.Direct = string(printed)
	return w
}

func same(printed []byte, value any) bool {
	back, err := yaml.YAMLToJSON(printed)
	if err != nil {
		return false
	}
	var a, b any
	again, err := json.Marshal(value)
	if err != nil {
		return false
	}
	return json.Unmarshal(back, &a) == nil && json.Unmarshal(again, &b) == nil && reflect.DeepEqual(a, b)
}

// native applies a function to every number.
func native(value any, number func(any) any) any {
	switch value := value.(type) {
	case map[string]any:
		result := make(map[string]any, len(value))
		for key, item := range value {
			result[key] = native(item, number)
		}
		return result
	case []any:
		result := make([]any, len(value))
		for i, item := range value {
			result[i] = native(item, number)
		}
		return result
	case json.Number, int64, uint64, float64:
		return number(value)
	}
	return value
}

// number is what typed code would hold.
func number(value any) any {
	text := string(value.(json.Number))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return n
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return n
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		fail(err)
	}
	return n
}

// throughJSON is what goyaml reads for a number that was printed as JSON.
func throughJSON(value any) (result any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = goyaml.Unmarshal(text, &result)
	}
	if err != nil {
		fail(err)
	}
	return result
}
