// BedrockSimulator
