// What every use of libcurl in apps begins with. Threading: thread-safe; a handle belongs to one thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>

namespace reckon {

struct CurlRelease {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlRelease>;

// Null when libcurl cannot start.
inline CurlHandle open_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return CurlHandle(curl_easy_init());
}

}  // namespace reckon
