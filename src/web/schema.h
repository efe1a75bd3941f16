#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// What the schemas of the API's description are put together from: JSON Schema 2020-12, as OpenAPI 3.1 has
// it.
namespace web::schema {

using Json = nlohmann::ordered_json;

// No words: any text.
Json text_schema(const std::vector<std::string_view>& words);
Json text_like(const std::string& pattern);
Json texts_schema();
Json time_schema();
Json integer_schema(std::int64_t least);

// With these properties and no other.
Json object(Json properties, Json required);
Json ref(const std::string& schema);
Json array_of(const std::string& item);

Json about(Json schema, const std::string& description);
Json text(const std::string& description);
Json short_text(const std::string& description);  // as requests may have it: see kMostText
Json flag(const std::string& description);
Json with_example(Json schema, Json example);

}  // namespace web::schema
