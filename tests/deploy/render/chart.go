package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

// release is what Helm would install.
type release struct {
	Objects []object `json:"objects"`
	Notes   string   `json:"notes"`
}

// object is one Kubernetes object and the template that it comes from.
type object struct {
	Template string         `json:"template"`
	Manifest map[string]any `json:"manifest"`
}

// chart renders a release called sundial in the namespace sundial. Values are those of the chart, then of the files in their
// order, then the JSON object that is read from more; the result must fit values.schema.json.
func chart(folder string, files []string, more io.Reader) (*release, error) {
	loaded, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	values := chartutil.Values{}
	for _, file := range files {
		read, err := chartutil.ReadValuesFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		values = chartutil.MergeTables(read, values)
	}
	last := map[string]any{}
	if err := json.NewDecoder(more).Decode(&last); err != nil && err != io.EOF {
		return nil, fmt.Errorf("the values on stdin are no JSON object: %w", err)
	}
	values = chartutil.MergeTables(last, values)

	options := chartutil.ReleaseOptions{Name: "sundial", Namespace: "sundial", Revision: 1, IsInstall: true}
	// This is also where values.schema.json is checked.
	top, err := chartutil.ToRenderValues(loaded, values, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Engine{Strict: true}.Render(loaded, top)
	if err != nil {
		return nil, err
	}
	result := &release{Objects: []object{}}
	for _, template := range sorted(rendered) {
		text := rendered[template]
		if strings.HasSuffix(template, "NOTES.txt") {
			result.Notes = text
			continue
		}
		for _, document := range strings.Split("\n"+text, "\n---") {
			var manifest map[string]any
			// Strict: a key that is there twice is an error.
			if err := yaml.UnmarshalStrict([]byte(document), &manifest); err != nil {
				return nil, fmt.Errorf("%s is no YAML: %w\n%s", template, err, document)
			}
			if len(manifest) > 0 {
				result.Objects = append(result.Objects, object{template, manifest})
			}
		}
	}
	return result, nil
}

func sorted(texts map[string]string) []string {
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
