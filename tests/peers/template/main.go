// Renders templates as the two engines do: one JSON object per line in, one per line out.
//
// In:  {"engine": "sealed-secrets"|"eso-v2", "template": base64, "data": {name: base64}}
// Out: {"phase": ""|"parse"|"exec", "output": base64, "error": text}
//
// go.mod has the libraries of SealedSecrets, eso.mod those of ExternalSecrets:
//
//	go build -o template . && go build -modfile=eso.mod -o template-eso .
package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

type request struct {
	Engine   string            `json:"engine"`
	Template []byte            `json:"template"`
	Data     map[string][]byte `json:"data"`
}

type response struct {
	Phase  string `json:"phase"`
	Output []byte `json:"output"`
	Error  []byte `json:"error"`
}

type hashAlgorithm string

func functions(eso bool) template.FuncMap {
	all := sprig.GenericFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, name)
	}
	if !eso {
		return all
	}
	all["hexdec"] = func(text string) string {
		out, err := hex.DecodeString(text)
		if err != nil {
			return err.Error()
		}
		return string(out)
	}
	all["htpasswd"] = func(user, password string, algorithm hashAlgorithm) string {
		sum := sha1.Sum([]byte(password))
		return user + ":{SHA}" + base64.StdEncoding.EncodeToString(sum[:])
	}
	all["toYaml"] = func(value any) string {
		out, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(out), "\n")
	}
	all["fromYaml"] = func(text string) map[string]any {
		out := map[string]any{}
		if err := yaml.Unmarshal([]byte(text), &out); err != nil {
			out["Error"] = err.Error()
		}
		return out
	}
	return all
}

func render(r request, funcs template.FuncMap) (out response) {
	data := make(map[string]string, len(r.Data))
	for name, value := range r.Data {
		data[name] = string(value)
	}
	t := template.New("t.yaml").Funcs(funcs)
	if r.Engine == "eso-v2" {
		t = t.Option("missingkey=error")
	}
	t, err := t.Parse(string(r.Template))
	if err != nil {
		return response{Phase: "parse", Error: []byte(err.Error())}
	}
	var buffer bytes.Buffer
	if err := t.Execute(&buffer, data); err != nil {
		return response{Phase: "exec", Error: []byte(err.Error())}
	}
	return response{Output: buffer.Bytes()}
}

func main() {
	debug.SetMaxStack(512 << 20)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	maps := map[string]template.FuncMap{"sealed-secrets": functions(false), "eso-v2": functions(true)}
	if len(os.Args) > 2 && os.Args[1] == "bench" {
		bench(os.Args[2], maps)
		return
	}
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answer, err := json.Marshal(render(r, maps[r.Engine]))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		out.Write(append(answer, '\n'))
	}
}

// Renders every request of a file over and over for two seconds each, parsed once, and prints renders per second.
func bench(path string, maps map[string]template.FuncMap) {
	file, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, line := range bytes.Split(bytes.TrimSpace(file), []byte("\n")) {
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		data := make(map[string]string, len(r.Data))
		for name, value := range r.Data {
			data[name] = string(value)
		}
		t := template.Must(template.New("t.yaml").Funcs(maps[r.Engine]).Parse(string(r.Template)))
		start, count := time.Now(), 0
		for time.Since(start) < 2*time.Second {
			for range 100 {
				var buffer bytes.Buffer
				if err := t.Execute(&buffer, data); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
			count += 100
		}
		fmt.Printf("%.0f\n", float64(count)/time.Since(start).Seconds())
	}
}
