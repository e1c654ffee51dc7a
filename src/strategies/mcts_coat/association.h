// Associative memory of a node: short knowledge beside its content, and what it is worth.
//
// The memory comes from the model itself or from a folder of texts. Sentences that the path's memories or its
// text have already are dropped, and what is left has a length limit, so that memory stays new and brief: in tokens for the
// model's, in bytes (four a token) for a folder's, which is cut before anybody reads it.
//
// Source: CoAT, 2502.02390; the requirements on memory are the paper's, the wordings and limits our own.
// Threading: one owner. Cost: one reply for each association of the model's, one for each rating.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "search/mcts.h"
#include "search/prompt_template.h"
#include "search/questions.h"
#include "strategies/mcts_coat/text_folder.h"

namespace reckon {

enum class AssociationSource { none, model, folder };

// Places: {question}, {memory}.
extern const std::string_view kNotesTemplate;
// Places: {question}, {steps}.
extern const std::string_view kAssociateTemplate;
// Places: {question}, {steps}, {memory}.
extern const std::string_view kRateMemoryTemplate;
// Places: {question}, {steps}.
extern const std::string_view kRateContentTemplate;

// The sentences of `text` that `known` has not, up to `most_bytes` in all; whole sentences only, but for a first
// one that is too long.
std::string fresh_sentences(std::string_view text, std::string_view known, std::size_t most_bytes);
// The first number of a reply, 0 to 10, as 0 to 1; 1/2 without one.
double read_rating(std::string_view reply);

struct AssociationSettings {
  AssociationSource source = AssociationSource::model;
  std::string folder;
  int tokens = 96;     // L
  int paragraphs = 2;  // of the folder, for each node
  PromptTemplate associate_template;
  PromptTemplate rate_template;
};

class Associations {
 public:
  Associations(Context& context, SearchTree& tree, Questions& questions, const AssociationSettings& settings,
               TextFolder* folder)
      : context_(context), tree_(tree), questions_(questions), settings_(settings), folder_(folder) {}

  // Gives the nodes their memories.
  void associate(std::span<const NodeId> nodes);
  // Its own; empty when it has none.
  const std::string& of(NodeId id) const;
  // Of the path, root first.
  std::string along_path(NodeId id) const;
  // What the memories are worth, 0 to 1; nothing for a node without one.
  std::vector<std::optional<double>> rate(std::span<const NodeId> nodes);

 private:
  std::vector<std::string> from_model(std::span<const NodeId> nodes);
  std::vector<std::string> from_folder(std::span<const NodeId> nodes);
  TemplateValues places(NodeId id) const;

  Context& context_;
  SearchTree& tree_;
  Questions& questions_;
  const AssociationSettings& settings_;
  TextFolder* folder_;
  bool warned_ = false;
  std::unordered_map<NodeId, std::string> memories_;
};

}  // namespace reckon
