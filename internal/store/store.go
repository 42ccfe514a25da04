// Package store is what ahtbot remembers.
package store
