return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XB.Xb.Country, args);
