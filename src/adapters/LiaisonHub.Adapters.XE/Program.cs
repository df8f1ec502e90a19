return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XE.Xe.Country, args);
