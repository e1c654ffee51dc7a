// Where a model thinks: the markers of its family's thinking section, as data, and their token ids.
//
// The families are in models/think_markers.json, compiled into the binary; a user's file of the same
// shape is looked at first. The last family, "instruct", fits every model: it has no thinking of its
// own, so reckon supplies the section. There the assistant's turn begins inside it, and "Final Answer:"
// or the model's own end closes it, as budget forcing does with models that were not trained to think
// (Muennighoff et al., s1, 2501.19393, section 3).
//
// Errors: malformed files, unknown families, and markers that this vocabulary does not have as control
// tokens although the family says so. Threading: values; a ThinkSection is immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/language_model.h"
#include "thinking/phrases.h"

namespace reckon {

struct ThinkFamily {
  std::string name;
  // Which models: all of these hold.
  std::vector<std::string> model_contains;     // one of them in the model's name or architecture, any case; empty: all
  std::vector<std::string> template_contains;  // all of them in the chat template
  std::vector<std::string> template_lacks;     // none of them in it
  std::vector<std::string> control_tokens;     // each is one control token of the vocabulary
  // What it writes.
  std::string open;                // begins the section
  std::string close;               // ends it, when the model is done
  std::string forced_close;        // ends it at a cap; empty: as `close`
  std::vector<std::string> ends;   // what the model writes to end it; each is looked for
  std::string off;                 // put in place of the section when there shall be no thinking
  std::string soft_switch_on, soft_switch_off;  // words in a user's message, where the family has them
  bool native = true;              // false: reckon supplies the section
};

// The families of the project. A malformed built-in table is a defect that tests find.
Result<std::vector<ThinkFamily>> parse_think_families(std::string_view json);
const std::vector<ThinkFamily>& builtin_think_families();
// Those of a user's file, then the built-in ones.
Result<std::vector<ThinkFamily>> load_think_families(const std::string& path);

// The first family that fits.
const ThinkFamily* find_think_family(const std::vector<ThinkFamily>& families, const ModelInfo& model, const Vocabulary& vocabulary);

// The family of this name, or without a name the first that fits, from a file (where one is named) and
// the built-in table. Errors: as load_think_families; not_found for an unknown name.
Result<ThinkFamily> choose_think_family(const std::string& file, const std::string& name, const ModelInfo& model, const Vocabulary& vocabulary);

// What the last soft switch in a user's message says, a word by itself; nothing without one, or where the family has none.
std::optional<bool> soft_switch_in(const ThinkFamily& family, std::string_view message);

// A family's markers as token ids of one vocabulary.
struct ThinkSection {
  ThinkFamily family;
  Tokens close;
  Tokens forced_close;
  PhraseMatcher opens;
  PhraseMatcher ends;
  Tokens end_marker;                 // the first of `ends`, and a matcher for it alone
  PhraseMatcher end_progress;
  Tokens turn_ends;                  // end-of-generation ids
};
Result<std::shared_ptr<const ThinkSection>> resolve_think_section(const ThinkFamily& family, const Vocabulary& vocabulary);

// True when the prompt ends inside an open section: the open marker, then white space only. Compares
// ids, so that user text that spells a marker does not count.
bool prompt_opens_section(const ThinkSection& section, const Vocabulary& vocabulary, const Tokens& prompt);
// What the assistant's turn must begin with so that the model thinks, or does not, after what the
// template has written already (it may have opened the section, or opened and closed it).
std::string section_prefill(const ThinkSection& section, const Vocabulary& vocabulary, const Tokens& templated, bool off);

}  // namespace reckon
