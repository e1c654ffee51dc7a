#include "strategies/mcts_coat/association.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/text.h"
#include "search/ask.h"

namespace reckon {

const std::string_view kNotesTemplate =
    "{question}\n\nNotes that may help (some may be beside the point):\n{memory}\n\n"
    "Please reason step by step, and put your final answer within \\boxed{}.";

const std::string_view kAssociateTemplate =
    "Problem: {question}\n\nReasoning so far:\n{steps}\n\n"
    "What else should be kept in mind for the next step? Write one to three short sentences of facts, definitions or "
    "rules that bear on this problem and are not in the reasoning yet. Do not solve the problem. If there is nothing to "
    "add, write only: none";

const std::string_view kRateMemoryTemplate =
    "Problem: {question}\n\nReasoning so far:\n{steps}\n\nNote: {memory}\n\n"
    "How useful is the note here: relevant, correct, new and brief? Reply with one number from 0 (useless) to 10.";

const std::string_view kRateContentTemplate =
    "Problem: {question}\n\nReasoning so far:\n{steps}\n\n"
    "Is this reasoning right so far, and does it move towards the correct answer? Reply with one number from 0 (wrong) "
    "to 10 (certainly right).";

namespace {

constexpr std::size_t kBytesPerToken = 4;  // of English text, about

// Ends after ".", "!" or "?" that a space follows, and at line breaks.
std::vector<std::string> sentences_of(std::string_view text) {
  std::vector<std::string> sentences;
  std::string sentence;
  const auto finish = [&] {
    if (const auto trimmed = trim(sentence); !trimmed.empty()) sentences.emplace_back(trimmed);
    sentence.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool space = i + 1 == text.size() || std::isspace(static_cast<unsigned char>(text[i + 1])) != 0;
    sentence += text[i];
    if (text[i] == '\n' || (space && std::string_view(".!?").find(text[i]) != std::string_view::npos)) finish();
  }
  finish();
  return sentences;
}

}  // namespace

std::string fresh_sentences(std::string_view text, std::string_view known, std::size_t most_bytes) {
  std::string seen = to_lower(known);
  std::string fresh;
  for (const std::string& sentence : sentences_of(text)) {
    const std::string lower = to_lower(sentence);
    if (lower == "none" || lower == "none." || seen.find(lower) != std::string::npos) continue;
    if (fresh.size() + sentence.size() + 1 > most_bytes) {
      if (fresh.empty()) fresh = sentence.substr(0, complete_utf8_prefix(std::string_view(sentence).substr(0, most_bytes)));
      break;
    }
    fresh += (fresh.empty() ? "" : " ") + sentence;
    seen += "\n" + lower;
  }
  return fresh;
}

double read_rating(std::string_view reply) {
  const auto at = reply.find_first_of("0123456789");
  if (at == std::string_view::npos) return 0.5;
  return std::clamp(std::strtod(std::string(reply.substr(at)).c_str(), nullptr) / 10.0, 0.0, 1.0);
}

const std::string& Associations::of(NodeId id) const {
  static const std::string kNone;
  const auto found = memories_.find(id);
  return found == memories_.end() ? kNone : found->second;
}

std::string Associations::along_path(NodeId id) const {
  std::string all;
  for (const NodeId at : path_to(tree_, id)) {
    if (const auto& memory = of(at); !memory.empty()) all += "- " + memory + "\n";
  }
  return all;
}

TemplateValues Associations::places(NodeId id) const {
  const std::string steps(trim(tree_[id].trace.full_text));
  return {{"question", context_.task().question}, {"steps", steps.empty() ? "(nothing)" : steps}, {"memory", of(id)}};
}

void Associations::associate(std::span<const NodeId> nodes) {
  if (settings_.source == AssociationSource::none) return;
  const auto texts = settings_.source == AssociationSource::model ? from_model(nodes) : from_folder(nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string known = along_path(nodes[i]) + tree_[nodes[i]].trace.full_text;
    memories_[nodes[i]] = fresh_sentences(texts[i], known, kBytesPerToken * static_cast<std::size_t>(settings_.tokens));
  }
}

std::vector<std::string> Associations::from_model(std::span<const NodeId> nodes) {
  std::vector<Question> questions;
  for (const NodeId id : nodes) {
    questions.push_back({.chat = chat_request(settings_.associate_template.messages(places(id))), .about = tree_[id].trace.id});
    questions.back().chat.reply_tokens = settings_.tokens;
  }
  return questions_.ask_texts(std::move(questions));
}

std::vector<std::string> Associations::from_folder(std::span<const NodeId> nodes) {
  std::vector<std::string> texts;
  for (const NodeId id : nodes) {
    const auto found = folder_->retrieve(context_.task().question + " " + tree_[id].step, settings_.paragraphs);
    if (!found.ok() && !std::exchange(warned_, true)) context_.warn("a memory was left out: " + found.status().to_string());
    texts.push_back(found.ok() ? join(*found, "\n") : std::string());
  }
  return texts;
}

std::vector<std::optional<double>> Associations::rate(std::span<const NodeId> nodes) {
  std::vector<std::optional<double>> ratings(nodes.size());
  std::vector<Question> questions;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (of(nodes[i]).empty()) continue;
    asked.push_back(i);
    questions.push_back({.chat = {.messages = settings_.rate_template.messages(places(nodes[i])), .reply_tokens = 8},
                         .about = tree_[nodes[i]].trace.id,
                         .temperature = 0.0});
  }
  const auto replies = questions_.ask_texts(std::move(questions));
  for (std::size_t i = 0; i < asked.size(); ++i) ratings[asked[i]] = read_rating(replies[i]);
  return ratings;
}

}  // namespace reckon
