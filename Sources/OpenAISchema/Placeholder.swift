// OpenAISchema
