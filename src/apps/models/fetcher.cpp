#include "apps/models/fetcher.h"

#include "apps/models/url_fetcher.h"
#include "apps/models/wheel_fetcher.h"

namespace reckon::models {
namespace {

class NetworkFetcher final : public Fetcher {
 public:
  Status fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) override {
    Fetcher& fetcher = std::holds_alternative<UrlPiece>(piece.from) ? static_cast<Fetcher&>(urls_) : wheels_;
    return fetcher.fetch(piece, offset, sink, context);
  }

 private:
  UrlFetcher urls_;
  WheelFetcher wheels_;
};

}  // namespace

Status check_not_cancelled(const std::atomic<bool>* cancelled) {
  return cancelled && cancelled->load(std::memory_order_relaxed) ? reckon::cancelled("interrupted") : ok_status();
}

std::unique_ptr<Fetcher> make_network_fetcher() { return std::make_unique<NetworkFetcher>(); }

}  // namespace reckon::models
