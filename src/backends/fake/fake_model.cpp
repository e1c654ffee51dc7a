#include "backends/fake/fake_model.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/random.h"

namespace reckon {
namespace {

constexpr float kImpossible = -1e9F;

class FakeContext final : public KvContext {
 public:
  FakeContext(const ContextOptions& options, int vocabulary_size, LogitFunction logits, std::shared_ptr<FakeProbe> probe,
              int hidden_size, HiddenFunction hidden)
      : limits_{options.slots, options.cells, std::min(options.context, options.cells), 4096, 4096, !options.deterministic},
        vocabulary_size_(vocabulary_size),
        logits_(std::move(logits)),
        probe_(std::move(probe)),
        hidden_size_(hidden_size),
        hidden_(std::move(hidden)),
        slots_(static_cast<std::size_t>(options.slots)) {}

  const KvLimits& limits() const override { return limits_; }

  Status copy_prefix(int from, int to, int length) override {
    auto& source = slot(from);
    auto& target = slot(to);
    if (!target.tokens.empty()) return internal_error("copy into a slot that is not empty");
    if (length > std::ssize(source.tokens)) return internal_error("copy of more than the slot holds");
    target.cells.assign(source.cells.begin(), source.cells.begin() + length);
    target.tokens.assign(source.tokens.begin(), source.tokens.begin() + length);
    return ok_status();
  }

  Status truncate(int index, int length) override {
    auto& [cells, tokens] = slot(index);
    if (length > std::ssize(tokens)) return internal_error("truncate beyond the end");
    cells.resize(static_cast<std::size_t>(length));
    tokens.resize(static_cast<std::size_t>(length));
    return ok_status();
  }

  Status decode(std::span<const BatchToken> batch) override {
    const std::int64_t call = ++probe_->decodes;
    if (probe_->on_decode) probe_->on_decode(call);
    if (const int delay = probe_->delay_microseconds; delay > 0) std::this_thread::sleep_for(std::chrono::microseconds(delay));
    if (call == probe_->fail_on_decode) return model_failure("injected fault");
    if (call == probe_->out_of_memory_on_decode) return out_of_memory("injected shortage of cells");
    if (cells_used_ + static_cast<int>(batch.size()) > limits_.cells) return out_of_memory("no free cells");
    rows_.clear();
    states_.clear();
    for (const auto& token : batch) {
      auto& [cells, tokens] = slot(token.slot);
      if (token.position != std::ssize(tokens)) return internal_error("position does not continue the slot");
      cells.push_back(std::make_shared<Cell>(cells_used_));
      tokens.push_back(token.token);
      ++probe_->computed;
      if (const auto length = std::ssize(tokens); length > probe_->longest) probe_->longest = length;
      if (token.want_output) add_row(tokens);
    }
    return ok_status();
  }

  void set_outputs(Outputs outputs) override { outputs_ = outputs; }
  std::span<const float> hidden(int output) const override {
    if (states_.empty()) return {};
    return states_[static_cast<std::size_t>(output)];
  }
  std::span<const float> logits(int output) const override { return rows_[static_cast<std::size_t>(output)]; }

 private:
  // Counts itself.
  struct Cell {
    explicit Cell(int& count) : used(count) { ++used; }
    ~Cell() { --used; }
    Cell(const Cell&) = delete;
    Cell& operator=(const Cell&) = delete;
    int& used;
  };
  struct Slot {
    std::vector<std::shared_ptr<Cell>> cells;  // shared between slots, as cells are
    Tokens tokens;                             // in them
  };

  Slot& slot(int index) { return slots_[static_cast<std::size_t>(index)]; }

  void add_row(const Tokens& prefix) {
    rows_.emplace_back(static_cast<std::size_t>(vocabulary_size_));
    logits_(prefix, rows_.back());
    if (outputs_ == Outputs::logits || !hidden_) return;
    states_.emplace_back(static_cast<std::size_t>(hidden_size_));
    hidden_(prefix, states_.back());
  }

  KvLimits limits_;
  int vocabulary_size_;
  LogitFunction logits_;
  std::shared_ptr<FakeProbe> probe_;
  int hidden_size_;
  HiddenFunction hidden_;
  int cells_used_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::vector<float>> rows_;
  Outputs outputs_ = Outputs::logits;
  std::vector<std::vector<float>> states_;
};

}  // namespace

FakeVocabulary::FakeVocabulary(std::vector<std::string> control, std::vector<std::string> pieces)
    : names_(std::move(control)), controls_(static_cast<int>(names_.size())) {
  bytes_.fill(kNoToken);
  for (auto& piece : pieces) names_.push_back(std::move(piece));
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const bool is_new = ids_.emplace(names_[i], static_cast<TokenId>(i)).second;
    if (static_cast<int>(i) < controls_ || !is_new || names_[i].empty()) continue;
    const auto first = static_cast<unsigned char>(names_[i].front());
    longest_[first] = std::max(longest_[first], names_[i].size());
    if (names_[i].size() == 1) bytes_[first] = static_cast<TokenId>(i);
  }
  eos_ = id("<eos>");
}

FakeVocabulary FakeVocabulary::english() {
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  for (const char* word : {"Wait", " Wait", "Hmm", " Hmm", " Alternatively", "Alternatively", "Alter", " alternatively",
                           "The", " the", " answer", " is", "\n\n", "Step", " step", "\\boxed", "Final", " Answer"}) {
    pieces.emplace_back(word);
  }
  return FakeVocabulary({"<eos>", "<system>", "<user>", "<assistant>", "<think>", "</think>"}, std::move(pieces));
}

FakeVocabulary FakeVocabulary::letters(int n) {
  std::vector<std::string> pieces;
  for (int i = 0; i < n; ++i) pieces.emplace_back(1, static_cast<char>('a' + i));
  return FakeVocabulary({"<eos>", "<user>", "<assistant>"}, std::move(pieces));
}

TokenId FakeVocabulary::id(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? kNoToken : found->second;
}

std::string_view FakeVocabulary::piece(TokenId token) const {
  return is_control(token) ? std::string_view() : std::string_view(names_[static_cast<std::size_t>(token)]);
}

Tokens FakeVocabulary::tokenize(std::string_view text, ControlTokens control) const {
  Tokens tokens;
  while (!text.empty()) {
    TokenId token = kNoToken;
    std::size_t used = 1;
    if (control == ControlTokens::parse) {
      for (TokenId c = 0; c < controls_ && token == kNoToken; ++c) {
        if (text.starts_with(name(c))) token = c, used = name(c).size();
      }
    }
    const auto first = static_cast<unsigned char>(text.front());
    for (std::size_t length = std::min(longest_[first], text.size()); token == kNoToken && length > 1; --length) {
      const TokenId candidate = id(text.substr(0, length));
      if (candidate >= controls_) token = candidate, used = length;
    }
    if (token == kNoToken) token = bytes_[first];
    if (token != kNoToken) tokens.push_back(token);  // letters() drops what it cannot spell
    text.remove_prefix(used);
  }
  return tokens;
}

FakeModel::FakeModel(FakeVocabulary vocabulary, LogitFunction logits)
    : vocabulary_(std::move(vocabulary)), logits_(std::move(logits)) {
  info_.name = "fake";
  info_.architecture = "fake";
  info_.description = "a function of the prefix, for tests";
  info_.digest = "fake";
  info_.parameters = 1000;
  info_.training_context = 4096;
}

Result<Tokens> FakeModel::tokenize_chat(std::span<const ChatMessage> messages, const ChatTemplateOptions&,
                                        std::string_view prefill) const {
  Tokens tokens;
  auto add = [&](std::string_view text, ControlTokens control) {
    const Tokens more = vocabulary_.tokenize(text, control);
    tokens.insert(tokens.end(), more.begin(), more.end());
  };
  for (const auto& message : messages) {
    add("<" + message.role + ">", ControlTokens::parse);
    add(message.content, ControlTokens::as_text);
  }
  add("<assistant>", ControlTokens::parse);
  add(prefill, ControlTokens::parse);
  return tokens;
}

Result<std::unique_ptr<KvContext>> FakeModel::create_context(const ContextOptions& options) const {
  return std::unique_ptr<KvContext>(std::make_unique<FakeContext>(options, vocabulary_.size(), logits_, probe_, info_.hidden_size, hidden_));
}

void FakeModel::give_hidden_states(int size, HiddenFunction hidden) {
  info_.has_hidden_states = true;
  info_.hidden_size = size;
  hidden_ = std::move(hidden);
}

LogitFunction hashed_logits(std::uint64_t seed, float spread) {
  return [seed, spread](std::span<const TokenId> prefix, std::span<float> logits) {
    std::uint64_t state = mix64(seed);
    for (TokenId token : prefix) state = mix64(state ^ static_cast<std::uint64_t>(token));
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double unit = static_cast<double>(mix64(state + i) >> 11) * 0x1.0p-53;
      logits[i] = spread * static_cast<float>(unit);
    }
  };
}

LogitFunction weighted_replies(const FakeVocabulary& vocabulary, std::vector<FakeReply> replies, std::string otherwise) {
  std::vector<std::pair<double, Tokens>> paths;
  for (const auto& reply : replies) {
    Tokens tokens = vocabulary.tokenize(reply.text, ControlTokens::parse);
    tokens.push_back(vocabulary.eos());
    paths.emplace_back(reply.weight, std::move(tokens));
  }
  Tokens other = vocabulary.tokenize(otherwise, ControlTokens::parse);
  other.push_back(vocabulary.eos());
  const TokenId assistant = vocabulary.id("<assistant>");
  return [paths, other, assistant](std::span<const TokenId> prefix, std::span<float> logits) {
    std::ranges::fill(logits, kImpossible);
    const auto start = std::find(prefix.rbegin(), prefix.rend(), assistant).base();
    const std::span<const TokenId> said(start, prefix.end());
    std::map<TokenId, double> mass;
    for (const auto& [weight, tokens] : paths) {
      if (tokens.size() > said.size() && std::equal(said.begin(), said.end(), tokens.begin())) mass[tokens[said.size()]] += weight;
    }
    if (mass.empty()) {
      // Says `otherwise` from wherever the tail already spells a beginning of it.
      std::size_t at = std::min(said.size(), other.size() - 1);
      while (at > 0 && !std::equal(said.end() - static_cast<std::ptrdiff_t>(at), said.end(), other.begin())) --at;
      mass[other[at]] = 1.0;
    }
    for (const auto& [token, weight] : mass) logits[static_cast<std::size_t>(token)] = static_cast<float>(std::log(weight));
  };
}

}  // namespace reckon
